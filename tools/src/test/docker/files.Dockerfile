# An image with the context's files at its root.
ARG FROM
FROM ${FROM}
COPY . /
