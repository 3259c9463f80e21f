# The product's image: one image, whose command chooses the process (web, engine, worker, migrate).
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements/install.txt requirements/core.txt requirements/
RUN python -m venv /build/tools \
    && /build/tools/bin/pip install --no-cache-dir --require-hashes -r requirements/install.txt \
    && python -m venv --without-pip /opt/glassfloor \
    && /build/tools/bin/uv pip install --no-cache --python /opt/glassfloor/bin/python --require-hashes -r requirements/core.txt
COPY . .
RUN /build/tools/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /build/wheels . \
    && /build/tools/bin/uv pip install --no-cache --python /opt/glassfloor/bin/python --no-deps /build/wheels/*.whl

FROM python:3.11-slim-bookworm
# The voice of prompts that were written, not recorded. Debian replaces versions in place, so none can be pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends espeak-ng \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 glassfloor \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/glassfloor glassfloor \
    && install --directory --owner=glassfloor --group=glassfloor /var/lib/glassfloor
COPY --from=build /opt/glassfloor /opt/glassfloor
ENV PATH=/opt/glassfloor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GF_HOST=0.0.0.0 \
    GF_DATA_FOLDER=/var/lib/glassfloor \
    GF_SPEECH_COMMAND=espeak-ng
WORKDIR /var/lib/glassfloor
USER 10001:10001
VOLUME /var/lib/glassfloor
EXPOSE 8000
ENTRYPOINT ["glassfloor"]
CMD ["web"]
