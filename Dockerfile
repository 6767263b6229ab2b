# An image for each service: docker build --build-arg SERVICE=user-service .
# (or --target user-service). Nothing here needs BuildKit; with it, stages nobody asked for are skipped.
ARG SERVICE=operation-service

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# The optional dependencies are Node itself, for the launcher: this image is a Node already.
# Half of what is left is types and source maps, which nothing runs. The service is another user, who must be able to
# read a package.json that was checked out under a strict umask.
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
  && find node_modules -type f -regex '.*\.\([cm]?ts\|map\)' -delete \
  && chmod a+r package.json

FROM dependencies AS build
RUN npm ci --omit=optional --ignore-scripts --prefer-offline
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
RUN npm run build

FROM node:24-bookworm-slim AS runtime
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/package.json ./
COPY --from=build /app/dist/libs dist/libs
# A number, because Kubernetes cannot tell whether a name is root. Nothing in the image is its own.
USER 1000:1000
STOPSIGNAL SIGTERM
# It waits for its broker, and a broker that starts on a busy machine takes more than a minute.
HEALTHCHECK --interval=5s --timeout=3s --start-period=2m --retries=3 CMD [ "node", "-e", \
  "require('node:http').get({ port: process.env.PORT, path: '/readyz' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))" ]
# Node is process 1, without a shell or an entry point before it: signals reach it.
# The flag: docs/decisions/0012-room-for-the-heap-to-grow.md.
ENTRYPOINT [ "node", "--heap-growing-percent=400" ]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.vendor="Tideway" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"

FROM runtime AS operation-service
LABEL org.opencontainers.image.title="operation-service" \
  org.opencontainers.image.description="Accepts operations over REST and tells how they ended"
ENV PORT=3000
EXPOSE 3000
COPY --from=build /app/dist/apps/operation-service dist/apps/operation-service
CMD [ "dist/apps/operation-service/src/main.js" ]

FROM runtime AS user-service
LABEL org.opencontainers.image.title="user-service" \
  org.opencontainers.image.description="Keeps the users and coordinates their creation"
ENV PORT=3001
EXPOSE 3001
COPY --from=build /app/dist/apps/user-service dist/apps/user-service
CMD [ "dist/apps/user-service/src/main.js" ]

FROM runtime AS user-approval-service
LABEL org.opencontainers.image.title="user-approval-service" \
  org.opencontainers.image.description="Decides whether a user is approved"
ENV PORT=3002
EXPOSE 3002
COPY --from=build /app/dist/apps/user-approval-service dist/apps/user-approval-service
CMD [ "dist/apps/user-approval-service/src/main.js" ]

FROM runtime AS load-generator
LABEL org.opencontainers.image.title="load-generator" \
  org.opencontainers.image.description="Creates users, and measures how they are accepted"
# It ends, and listens to nobody.
HEALTHCHECK NONE
COPY --from=build /app/dist/apps/load-generator dist/apps/load-generator
ENTRYPOINT [ "node", "dist/apps/load-generator/src/main.js" ]

FROM ${SERVICE}
