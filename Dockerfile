# One image for web, worker and beat: the command decides. Runs as a normal user and on a read-only root file system;
# only /var/lib/certdash (data) and /tmp are written.
FROM python:3.12-slim AS build
RUN pip install --no-cache-dir 'uv>=0.9'
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project
COPY . .
RUN uv sync --locked --no-dev \
 && SECRET_KEY=only-for-collecting STATIC_ROOT=/app/collected CERTDASH_VAR=/tmp/var \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/certdash certdash \
 && install --directory --owner certdash --group certdash /var/lib/certdash
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=certdash.settings CERTDASH_VAR=/var/lib/certdash STATIC_ROOT=/app/collected
USER certdash
VOLUME /var/lib/certdash
EXPOSE 8000
# The header is what the TLS proxy in front sends; without it a deployment behind TLS answers with a redirect.
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s CMD ["python", "-c", "import urllib.request as r; \
r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["gunicorn", "certdash.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
