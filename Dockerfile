# docker build -t samestory .
# docker run --rm -v "$PWD:/data" samestory cluster samples -o clusters.csv
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin samestory

FROM debian:bookworm-slim
COPY --from=build /src/target/release/samestory /usr/local/bin/samestory
COPY --from=build /src/LICENSE-MIT /src/LICENSE-APACHE /usr/share/doc/samestory/
# Nobody in particular: what is written to /data belongs to this user, or to that of `docker run --user`.
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["samestory"]
CMD ["--help"]
