# The sandbox's own tests on top of the image that serves: see tests.yml.
FROM python:3.11-slim-bookworm AS tools
RUN python -m venv /tools

FROM gradus
USER root
# The image has no pip.
COPY --from=tools /tools /tools
COPY requirements.txt requirements-dev.txt constraints.txt pyproject.toml ./
RUN /tools/bin/pip --python .venv/bin/python install --quiet --no-cache-dir -r requirements-dev.txt
COPY tests tests
USER gradus
