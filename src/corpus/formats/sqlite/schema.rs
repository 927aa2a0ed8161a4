//! The columns of a table, from the statement that made it.

/// The columns of a table, in the order in which rows have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    /// The column that is the row's id and stands nowhere else.
    pub(super) row_id: Option<usize>,
}

impl Columns {
    /// Reads a `CREATE TABLE`; `None` where its rows are not those of a plain table.
    pub(super) fn of(sql: &str) -> Option<Columns> {
        let tokens = tokens(sql);
        let open = tokens.iter().position(|token| token.is("("))?;
        if tokens[..open].iter().any(|token| token.is("virtual")) {
            return None;
        }
        let mut columns = Columns {
            names: Vec::new(),
            row_id: None,
        };
        let (mut depth, mut definition, mut end) = (0usize, Vec::new(), tokens.len());
        let mut integers = Vec::new();
        for (at, token) in tokens.iter().enumerate().skip(open + 1) {
            match token.plain() {
                Some(")") if depth == 0 => {
                    end = at;
                    break;
                }
                Some(",") if depth == 0 => {
                    columns.add(&std::mem::take(&mut definition), &mut integers)
                }
                plain => {
                    depth += usize::from(plain == Some("("));
                    depth -= usize::from(plain == Some(")"));
                    definition.push(token);
                }
            }
        }
        columns.add(&definition, &mut integers);
        let is_plain = !tokens[end..].iter().any(|token| token.is("without"));
        (is_plain && !columns.names.is_empty()).then_some(columns)
    }

    /// Adds the column that is defined so, unless it is a rule for the table or is not stored.
    fn add(&mut self, definition: &[&Token], integers: &mut Vec<bool>) {
        const RULES: [&str; 5] = ["constraint", "primary", "unique", "check", "foreign"];
        let Some((name, rest)) = definition.split_first() else {
            return;
        };
        let has = |word: &str| rest.iter().any(|token| token.is(word));
        if RULES.iter().any(|rule| name.is(rule)) {
            // The key of a table may be named apart.
            let key = definition.iter().position(|token| token.is("primary"));
            if let Some([_, key, open, column, close]) =
                key.and_then(|at| definition.get(at..at + 5))
                && (key.is("key") && open.is("(") && close.is(")"))
                && let Some(at) = self
                    .names
                    .iter()
                    .position(|it| it.eq_ignore_ascii_case(&column.text))
                && integers[at]
            {
                self.row_id = Some(at);
            }
            return;
        }
        if has("as") && has("(") && !has("stored") && !has("default") && !has("check") {
            return;
        }
        let is_integer = rest.first().is_some_and(|kind| kind.is("integer"));
        if is_integer && has("primary") && !has("desc") {
            self.row_id = Some(self.names.len());
        }
        integers.push(is_integer);
        self.names.push(name.text.clone());
    }
}

/// A piece of a statement: a name, a text, or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    text: String,
    is_quoted: bool,
}

impl Token {
    fn plain(&self) -> Option<&str> {
        (!self.is_quoted).then_some(&self.text)
    }

    fn is(&self, word: &str) -> bool {
        self.plain()
            .is_some_and(|text| text.eq_ignore_ascii_case(word))
    }
}

fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' | '`' | '\'' | '[' => {
                let close = if first == '[' { ']' } else { first };
                let (text, length) = quoted(&rest[1..], close);
                tokens.push(Token {
                    text,
                    is_quoted: true,
                });
                1 + length
            }
            _ if first.is_whitespace() => first.len_utf8(),
            _ => {
                let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let length = length.max(first.len_utf8());
                tokens.push(Token {
                    text: rest[..length].to_owned(),
                    is_quoted: false,
                });
                length
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// What stands up to a closing quote, a doubled one standing for one, and how long it is with that quote.
fn quoted(rest: &str, close: char) -> (String, usize) {
    let mut text = String::new();
    let mut at = 0;
    while let Some(hit) = rest[at..].find(close) {
        text.push_str(&rest[at..at + hit]);
        at += hit + close.len_utf8();
        if close == ']' || !rest[at..].starts_with(close) {
            return (text, at);
        }
        text.push(close);
        at += close.len_utf8();
    }
    text.push_str(&rest[at..]);
    (text, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(sql: &str) -> Option<(Vec<String>, Option<usize>)> {
        Columns::of(sql).map(|columns| (columns.names, columns.row_id))
    }

    #[test]
    fn columns_are_read_from_the_statement_that_made_them() {
        let sql = "CREATE TABLE \"news data\" (id INTEGER PRIMARY KEY, -- the id, of the row\n [the date] TEXT, \
            `so\"urce` varchar(20) DEFAULT 'a, b', content, price DECIMAL(10, 2) CHECK (price > 0), \
            low AS (lower(content)), UNIQUE (id, content))";
        let names = ["id", "the date", "so\"urce", "content", "price"].map(str::to_owned);
        assert_eq!(columns(sql), Some((names.into(), Some(0))));
        let apart = "CREATE TABLE t(a TEXT, id integer, CONSTRAINT pk PRIMARY KEY(id))";
        assert_eq!(columns(apart).unwrap().1, Some(1));
        assert_eq!(
            columns("CREATE TABLE t(id INT PRIMARY KEY, b)").unwrap().1,
            None
        );
    }

    #[test]
    fn tables_that_are_no_plain_ones_have_no_columns() {
        assert_eq!(
            columns("CREATE TABLE t(a PRIMARY KEY, b) WITHOUT ROWID"),
            None
        );
        assert_eq!(columns("CREATE VIRTUAL TABLE t USING fts5(a, b)"), None);
    }
}
