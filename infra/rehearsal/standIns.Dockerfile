# Stands in for what no registry gives to a rehearsal: Debian's own programs, with the users, folders and first words of the official images.
# How far their settings reach is seen with them; what only their own builds do is not. localhost/debian is made by mmdebstrap (image.mjs).
FROM localhost/debian AS packages
RUN apt-get update

# The binary is the lockfile's. What this machine trusts npm trusts too: some networks have an authority of their own.
FROM localhost/debian AS node
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY authorities.crt /etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && install -d /usr/local/etc && echo cafile=/etc/ssl/certs/ca-certificates.crt > /usr/local/etc/npmrc \
  && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
CMD ["node"]

# The official image keeps its database in /var/lib/coturn.
FROM packages AS coturn
RUN apt-get install -y --no-install-recommends coturn && rm -r /var/lib/turn && ln -s coturn /var/lib/turn
USER nobody:nogroup
ENTRYPOINT ["turnserver"]

FROM packages AS haproxy
RUN apt-get install -y --no-install-recommends haproxy netcat-openbsd && install -d /usr/local/etc/haproxy
USER haproxy
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]

FROM packages AS prometheus
RUN apt-get install -y --no-install-recommends prometheus busybox && ln -s /bin/busybox /usr/local/bin/wget \
  && install -d -o nobody -g nogroup /prometheus
USER nobody
WORKDIR /prometheus
VOLUME /prometheus
ENTRYPOINT ["prometheus"]
