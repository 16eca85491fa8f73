# The base needs glibc, Java 17 or newer and bash; another one (a mirror, one of your own) is a build argument.
ARG BASE=eclipse-temurin:17-jre
# Has JDK and Maven; or else a distribution in /dist that was built elsewhere, and Maven isn't asked.
ARG BUILD_BASE=maven:3.9-eclipse-temurin-17

FROM ${BUILD_BASE} AS build
WORKDIR /src
COPY . .
RUN [ -d /dist ] || { \
      mvn -B -q package -Dmaven.test.skip=true -Dspotless.check.skip=true -Djacoco.skip=true \
      && mkdir -p /dist/tools/target \
      && cp understudy /dist/ \
      && cd tools/target \
      && cp -r understudy-tools-0.1.0-SNAPSHOT.jar lib native /dist/tools/target/; }
# what the launcher takes on this processor; on one that has none it does without
RUN cd /dist/tools/target/native && for machine in *; do [ "$machine" = "$(uname -m)" ] || rm -r "$machine"; done

FROM ${BASE}
COPY --from=build /dist /opt/understudy
COPY tools/deploy/healthy /opt/understudy/
# The first start makes the class archive, which halves each later one. Its failure would go unseen.
RUN /opt/understudy/understudy version \
 && test -s /opt/understudy/tools/target/understudy.jsa \
 && rm -rf /tmp/* \
 && ln -s /opt/understudy/understudy /usr/local/bin/understudy \
 && mkdir -p /home/understudy /node && chown 1000:1000 /home/understudy /node
ENV HOME=/home/understudy UNDERSTUDY_HOME=/node
USER 1000:1000
VOLUME /node
# until the page is up: a large genesis file, or a home that is repaired
HEALTHCHECK --interval=10s --timeout=5s --start-period=5m CMD ["/opt/understudy/healthy"]
# the launcher works as process 1: it passes signals on and reaps its Java
ENTRYPOINT ["/opt/understudy/understudy"]
CMD ["run"]
