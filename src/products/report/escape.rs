//! Texts in HTML.

use std::fmt::{self, Write};

/// A text that says in HTML what it says, wherever it stands: between tags or in a quoted attribute.
pub(super) struct Html<'t>(pub(super) &'t str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(c)?,
                _ if c.is_control() => f.write_char(char::REPLACEMENT_CHARACTER)?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_tag_an_attribute_or_a_comment() {
        let text = "</script><!-- \"'&amp; \0\u{1b}\u{85} ü";
        assert_eq!(
            Html(text).to_string(),
            "&lt;/script&gt;&lt;!-- &quot;&#39;&amp;amp; \u{fffd}\u{fffd}\u{fffd} ü"
        );
    }
}
