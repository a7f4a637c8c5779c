# The Bellwether in a container: built in one stage, run as nobody in particular in another, data on a volume.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/bellwether
COPY requirements.lock ./
RUN /opt/bellwether/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY storage storage
COPY seeds seeds
RUN /opt/bellwether/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data bellwether && install -d -o bellwether -g bellwether /data
COPY --from=build /opt/bellwether /opt/bellwether
ENV PATH=/opt/bellwether/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BELLWETHER_DATABASE_URL=sqlite+aiosqlite:////data/bellwether.db
WORKDIR /data
VOLUME /data
USER bellwether
# Well while the database answers; `status --check` asks it beside the running bot.
HEALTHCHECK --interval=60s --timeout=15s --start-period=30s CMD ["bellwether", "status", "--check"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["bellwether"]
CMD ["run"]
