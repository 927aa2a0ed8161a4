//! What `--version` says: the version, and which formats the program was built with.

/// A word for a cargo feature: with a plus where the program has it.
macro_rules! feature {
    ($of:ident, $name:literal) => {
        #[cfg(feature = $name)]
        macro_rules! $of {
            () => {
                concat!("+", $name)
            };
        }
        #[cfg(not(feature = $name))]
        macro_rules! $of {
            () => {
                concat!("-", $name)
            };
        }
    };
}

feature!(encodings, "encodings");
feature!(html, "html");
feature!(parquet, "parquet");
feature!(remote, "remote");
feature!(serve, "serve");
feature!(staged, "staged");
feature!(warc, "warc");

/// Of several lines; `-V` says the version alone.
pub(super) const LONG: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nfeatures: ",
    encodings!(),
    " ",
    html!(),
    " ",
    parquet!(),
    " ",
    remote!(),
    " ",
    serve!(),
    " ",
    staged!(),
    " ",
    warc!()
);
