# The sandbox's own tests on top of the image that serves: see tests.yml.
FROM gradus
USER root
COPY requirements.txt requirements-dev.txt constraints.txt pyproject.toml ./
RUN .venv/bin/pip install --quiet --no-cache-dir -r requirements-dev.txt
COPY tests tests
USER gradus
