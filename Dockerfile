# kerascheck without a backend: it reads models and programs, and trains nothing.
#
#   docker build -t kerascheck .
#   docker run --rm -v "$PWD:/tree:ro" kerascheck models/
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/kerascheck \
    && /opt/kerascheck/bin/python -m pip install --no-cache-dir . \
    && /opt/kerascheck/bin/python -m compileall -q /opt/kerascheck

FROM python:3.13-slim
COPY --from=build /opt/kerascheck /opt/kerascheck
RUN useradd --create-home --uid 1000 kerascheck
USER 1000
WORKDIR /tree
ENTRYPOINT ["/opt/kerascheck/bin/kerascheck"]
