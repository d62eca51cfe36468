# The service with its locked dependencies, as a user that owns nothing but its data folder.
#   docker build -t brigade . && docker compose up
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY tools/bootstrap.txt tools/bootstrap.txt
RUN python -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r tools/bootstrap.txt
# The running image writes no bytecode: without any, a service takes twice the time to begin, and each of its searches too.
ENV UV_PROJECT_ENVIRONMENT=/opt/brigade UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1 \
    UV_COMPILE_BYTECODE=1
COPY pyproject.toml uv.lock README.md LICENSE ./
# Dependencies first: they change less often than the code. The compiler and the builder stay in this stage.
RUN /opt/uv/bin/uv sync --locked --no-default-groups --extra service --extra postgresql --no-install-project
COPY brigade brigade
COPY solver solver
COPY api api
COPY scenarios scenarios
COPY tools tools
# The wheel of this platform, its search kernels inside: the image runs on any of its processors and compiles nothing.
RUN UV_PROJECT_ENVIRONMENT=/opt/build \
        /opt/uv/bin/uv sync --locked --no-default-groups --group build --extra compile --no-install-project \
    && UV=/opt/uv/bin/uv /opt/build/bin/python -m tools.wheels --here -o /wheels \
    && /opt/uv/bin/uv pip install --python /opt/brigade/bin/python --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin brigade \
    && install -d -o brigade -g brigade -m 0700 /data
COPY --from=build /opt/brigade /opt/brigade
ENV PATH=/opt/brigade/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BRIGADE_ENVIRONMENT=production BRIGADE_FOLDER=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
# One process: it holds the dispatcher of searches; more machines may serve the same PostgreSQL.
CMD ["python", "-m", "api", "serve", "--host", "0.0.0.0", "--port", "8000"]
