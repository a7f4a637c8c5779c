# The Bellwether in a container: built in one stage, run as nobody in particular in another, data on a volume.
# It writes to /data, and to /tmp while SQLite sorts: the root may be read-only, with a tmpfs at /tmp
# (docker run --read-only --tmpfs /tmp -v bellwether:/data …), as seeds/deploy/compose.yaml has it.
# The digest is that of the multi-architecture index; Dependabot proposes the next one with its tag.
FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS base

FROM base AS build
WORKDIR /src
RUN python -m venv --without-pip /opt/bellwether
# requirements-postgres.lock has the driver of PostgreSQL besides: docker build --build-arg LOCK=requirements-postgres.lock
ARG LOCK=requirements.lock
COPY ${LOCK} ./
RUN pip --python /opt/bellwether/bin/python install --no-cache-dir --require-hashes --no-deps -r "$LOCK"
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY storage storage
COPY seeds seeds
RUN pip --python /opt/bellwether/bin/python install --no-cache-dir --no-deps --no-build-isolation --no-index . \
    && pip --python /opt/bellwether/bin/python uninstall --yes setuptools

FROM base
# What installs packages is of no use to who runs it, and of much to who breaks in.
RUN pip uninstall --yes --root-user-action=ignore pip && rm -rf /usr/local/lib/python3.*/ensurepip \
    && install -d -m 0700 -o 10001 -g 10001 /data
COPY --from=build /opt/bellwether /opt/bellwether
ENV PATH=/opt/bellwether/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    USER=bellwether \
    BELLWETHER_DATABASE_URL=sqlite+aiosqlite:////data/bellwether.db
WORKDIR /data
VOLUME /data
USER 10001:10001
# Well while looks end and every platform is heard; two rows of the database, read beside the running bot.
HEALTHCHECK --interval=60s --timeout=15s --start-period=10m CMD ["bellwether", "status", "--check"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["bellwether"]
CMD ["run"]
