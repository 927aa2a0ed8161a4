//! Whether a number survives being held as one: as many digits as it has must come back.

/// What a number can be held as without a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// A whole number of 64 bits, and also a double.
    Both,
    Integer,
    Double,
    Neither,
}

/// Up to here every whole number is a double.
const EXACT: u64 = 1 << 53;

/// What a number as JSON has it can be held as.
pub(super) fn held(number: &str) -> Held {
    if let Some(integer) = number.parse::<i64>().ok().filter(|_| number != "-0") {
        return if integer.unsigned_abs() <= EXACT {
            Held::Both
        } else {
            Held::Integer
        };
    }
    match number.parse::<f64>() {
        Ok(double) if double.is_finite() && digits(number) == digits(&format!("{double:e}")) => {
            Held::Double
        }
        _ => Held::Neither,
    }
}

/// What a cell of a CSV can be held as so that it is written again as it stands.
pub(super) fn held_cell(cell: &str) -> Held {
    let looks_like_one = cell
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if !looks_like_one {
        return Held::Neither;
    }
    if cell.parse().is_ok_and(|it: i64| it.to_string() == cell) {
        return held(cell);
    }
    match cell.parse::<f64>() {
        Ok(double) if format!("{double:?}") == cell => Held::Double,
        _ => Held::Neither,
    }
}

/// A number as its digits and the power of ten of the first of them; zero has no digits.
fn digits(number: &str) -> (bool, String, i64) {
    let (is_negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let leading = (all.len() - significant.len()) as i64;
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX / 2);
    let kept = significant.trim_end_matches('0');
    let first = if kept.is_empty() {
        0
    } else {
        exponent.saturating_add(whole.len() as i64 - leading)
    };
    (is_negative, kept.to_owned(), first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_held_as_what_gives_all_its_digits_back() {
        for (number, expected) in [
            ("0", Held::Both),
            ("-12", Held::Both),
            ("9007199254740993", Held::Integer),
            ("18446744073709551615", Held::Neither),
            ("1.50", Held::Double),
            ("0.1", Held::Double),
            ("-0", Held::Double),
            ("0.000", Held::Double),
            ("1E3", Held::Double),
            ("0.1000000000000000055", Held::Neither),
            ("1e400", Held::Neither),
            ("1e-400", Held::Neither),
            ("1e99999999999999999999", Held::Neither),
        ] {
            assert_eq!(held(number), expected, "{number}");
        }
    }

    #[test]
    fn a_cell_is_a_number_only_if_it_is_written_as_numbers_are() {
        for (cell, expected) in [
            ("7", Held::Both),
            ("007", Held::Neither),
            ("+7", Held::Neither),
            ("1.5", Held::Double),
            ("1.0", Held::Double),
            ("1.50", Held::Neither),
            ("1e5", Held::Neither),
            ("-", Held::Neither),
            ("2024-01-02", Held::Neither),
            ("-0", Held::Neither),
        ] {
            assert_eq!(held_cell(cell), expected, "{cell}");
        }
    }
}
