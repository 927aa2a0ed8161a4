//! The package.

