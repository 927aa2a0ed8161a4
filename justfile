# What can be done here: `just` lists it. Everything is plain cargo, so just itself is a convenience.

_list:
    @just --list --unsorted

# Build the tool
build:
    cargo build --release --locked

# Cluster the samples
samples:
    cargo run --release --locked -- cluster samples -o clusters.csv

# Run all tests
test *ARGS:
    cargo test --workspace --locked --features remote {{ARGS}}

# Format all code
fmt:
    cargo fmt --all

# What a change must pass: format, lints, documentation, tests
check: lint doc test

# Format and lints, nothing changed
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked --features remote -- -D warnings

# All that is run before a change is taken
ci:
    .ci/run

# Write what the program says into the documents
docs:
    UPDATE_DOCS=1 cargo test --locked --test it docs::

# The picture of the report (needs Chromium)
picture: build
    docs/report-picture.sh

# The documents as a site in target/book (needs mdbook)
book:
    mdbook build

# Licences and sources of dependencies (needs cargo-deny)
deny:
    cargo deny check licenses bans sources

# The library's documentation
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked

# What the kernel costs, step by step
bench *ARGS:
    cargo bench --locked --bench kernel -- {{ARGS}}

# An invented dump whose copies and stories are known
corpus ARTICLES OUTPUT *ARGS:
    cargo run --release --locked --example corpus -- --articles {{ARTICLES}} -o {{OUTPUT}} {{ARGS}}

# Time whole runs against only parsing: on a dump, or on an invented one of so many articles
bench-run DUMP="50000" RUNS="3":
    benches/end_to_end.sh {{DUMP}} {{RUNS}}

# Other tools on the same corpus for the same task (needs Python and a package index)
bench-peers ARTICLES="20000":
    benches/peers/run.sh {{ARTICLES}}
