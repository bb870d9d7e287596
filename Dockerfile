# The image for Jobs of `onpath sweep --emit-job`, and for `onpath worker`:
#   docker build -t onpath .
# Shards and workers of one sweep need one build of onpath, so that one image serves all.
FROM node:24-bookworm-slim AS build
WORKDIR /onpath
COPY . .
# The package has no dependencies: everything is bundled.
RUN npm ci --no-audit --no-fund && npm pack --pack-destination /tmp

FROM node:24-bookworm-slim
COPY --from=build /tmp/onpath-*.tgz /tmp/onpath.tgz
RUN npm install --global --omit=peer --no-audit --no-fund /tmp/onpath.tgz && rm -r /tmp/onpath.tgz /root/.npm
USER 65532:65532
WORKDIR /results
ENTRYPOINT ["onpath"]
