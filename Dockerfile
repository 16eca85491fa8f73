# The base needs Java 17 or newer and a POSIX shell; another one (a mirror, one of your own) is a build argument.
ARG BASE=eclipse-temurin:17-jre
ARG BUILD_BASE=maven:3.9-eclipse-temurin-17

FROM ${BUILD_BASE} AS build
WORKDIR /src
COPY . .
RUN mvn -B -q package -Dmaven.test.skip=true -Dspotless.check.skip=true -Djacoco.skip=true

FROM ${BASE}
COPY --from=build /src/understudy /opt/understudy/understudy
COPY --from=build /src/tools/target/understudy-tools-0.1.0-SNAPSHOT.jar /opt/understudy/tools/target/
COPY --from=build /src/tools/target/lib /opt/understudy/tools/target/lib
# not on every processor; the launcher does without
COPY --from=build /src/tools/target/nativ[e] /opt/understudy/tools/target/native
RUN ln -s /opt/understudy/understudy /usr/local/bin/understudy \
 && mkdir -p /home/understudy /node && chown 1000:1000 /home/understudy /node
ENV HOME=/home/understudy UNDERSTUDY_HOME=/node
USER 1000:1000
VOLUME /node
# the launcher works as process 1: it passes signals on and reaps its Java
ENTRYPOINT ["/opt/understudy/understudy"]
CMD ["run"]
