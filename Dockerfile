# The assistant as one image: it reads its corpus, builds its index into a volume, and needs no network when it runs.
#
#   docker build --tag sourcing-assistant .
#
# Another package index: --build-arg PIP_INDEX_URL=… (and PIP_EXTRA_INDEX_URL for torch's CPU build, which is smaller).

FROM python:3.11-slim AS build
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
RUN python -m venv /opt/assistant
COPY pyproject.toml constraints.txt README.md ./
COPY src ./src
RUN /opt/assistant/bin/pip install --constraint constraints.txt '.[llm]'

FROM python:3.11-slim
RUN groupadd --system --gid 10001 assistant \
 && useradd --system --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin assistant \
 && install --directory --owner=assistant --mode=0750 /srv/assistant/corpus /srv/assistant/index /srv/assistant/data
COPY --from=build /opt/assistant /opt/assistant
COPY --chown=assistant corpus /srv/assistant/corpus
# HOME and TMPDIR are the one place beside the volumes that is written to; mount a tmpfs there.
ENV PATH=/opt/assistant/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp TMPDIR=/tmp HF_HUB_OFFLINE=1 \
    ASSISTANT_CORPUS=/srv/assistant/corpus ASSISTANT_INDEX=/srv/assistant/index ASSISTANT_DATA=/srv/assistant/data \
    ASSISTANT_HOST=0.0.0.0 ASSISTANT_PORT=7860 ASSISTANT_WATCH=true ASSISTANT_LOG_FORMAT=json
WORKDIR /srv/assistant
USER 10001:10001
VOLUME ["/srv/assistant/corpus", "/srv/assistant/index", "/srv/assistant/data"]
EXPOSE 7860
STOPSIGNAL SIGTERM
# The first start builds the index, which takes minutes.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10m --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]
CMD ["assistant", "serve"]
