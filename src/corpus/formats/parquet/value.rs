//! The values of a column, told as text: a moment is RFC 3339, a number has its digits, whatever they are stored as.

use std::borrow::Cow;

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use ::parquet::schema::types::ColumnDescriptor;

use super::levels::Values;
use crate::corpus::record::repair;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Uuid,
    Signed,
    Unsigned,
    Float,
    /// Whole numbers of so many decimal places.
    Decimal(i32),
    /// Days since 1970-01-01.
    Days,
    /// So many of these in a second, since 1970-01-01T00:00:00Z.
    Moment(i64),
}

impl Kind {
    /// What a column's values are; `None` where they are nothing an article has.
    pub(crate) fn of(column: &ColumnDescriptor) -> Option<Kind> {
        let by_logical = column.logical_type_ref().and_then(|logical| match logical {
            LogicalType::Decimal(it) => Some(Some(Kind::Decimal(it.scale))),
            LogicalType::Date => Some(Some(Kind::Days)),
            LogicalType::Timestamp(it) => Some(Some(Kind::Moment(match it.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }))),
            LogicalType::Integer(it) if !it.is_signed => Some(Some(Kind::Unsigned)),
            LogicalType::Uuid => Some(Some(Kind::Uuid)),
            LogicalType::Time(_) | LogicalType::Float16 => Some(None),
            _ => None,
        });
        by_logical.unwrap_or_else(|| Kind::by_converted(column))
    }

    fn by_converted(column: &ColumnDescriptor) -> Option<Kind> {
        Some(match (column.converted_type(), column.physical_type()) {
            (ConvertedType::DECIMAL, _) => Kind::Decimal(column.type_scale()),
            (ConvertedType::DATE, _) => Kind::Days,
            (ConvertedType::TIMESTAMP_MILLIS, _) => Kind::Moment(1_000),
            (ConvertedType::TIMESTAMP_MICROS, _) => Kind::Moment(1_000_000),
            (ConvertedType::UINT_8 | ConvertedType::UINT_16, _)
            | (ConvertedType::UINT_32 | ConvertedType::UINT_64, _) => Kind::Unsigned,
            (ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS, _)
            | (ConvertedType::INTERVAL, _)
            | (_, Physical::BOOLEAN) => return None,
            (_, Physical::INT32 | Physical::INT64) => Kind::Signed,
            (_, Physical::INT96) => Kind::Moment(1_000_000_000),
            (_, Physical::FLOAT | Physical::DOUBLE) => Kind::Float,
            (_, Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY) => Kind::Text,
        })
    }

    /// The value at a place as text, and whether it had to be repaired for that; `None` where it is nothing.
    pub(crate) fn text(self, values: &Values, at: usize) -> Option<(Cow<'_, str>, bool)> {
        if let Some(bytes) = values.bytes(at) {
            return self.text_of_bytes(bytes);
        }
        let text = match (self, values) {
            (Kind::Moment(_), Values::Int96(values)) => nanoseconds(int96(values.get(at)?.data()))?,
            (Kind::Float, Values::Float(values)) => values.get(at)?.to_string(),
            (Kind::Float, Values::Double(values)) => values.get(at)?.to_string(),
            (_, Values::Bool(values)) => values.get(at)?.to_string(),
            _ => self.text_of_number(values.integer(at, self == Kind::Unsigned)?)?,
        };
        Some((text.into(), false))
    }

    fn text_of_bytes(self, bytes: &[u8]) -> Option<(Cow<'_, str>, bool)> {
        let text = match self {
            Kind::Decimal(scale) => decimal(big_endian(bytes)?, scale),
            Kind::Uuid => uuid(bytes)?,
            _ => {
                // Nearly all texts are sound, and that is soon known.
                if let Ok(text) = std::str::from_utf8(bytes)
                    && memchr::memchr(0, bytes).is_none()
                {
                    return Some((Cow::Borrowed(text), false));
                }
                let (text, repaired) = repair::text(bytes);
                // A picture that stands where a text should is none.
                let is_text = !repaired || !repair::is_binary(bytes);
                return is_text.then_some((text, repaired));
            }
        };
        Some((text.into(), false))
    }

    fn text_of_number(self, number: i128) -> Option<String> {
        match self {
            Kind::Decimal(scale) => Some(decimal(number, scale)),
            Kind::Days => {
                let moment =
                    jiff::Timestamp::from_second(i64::try_from(number).ok()?.checked_mul(86_400)?);
                Some(moment.ok()?.strftime("%Y-%m-%d").to_string())
            }
            Kind::Moment(in_a_second) => {
                nanoseconds(number.checked_mul(i128::from(1_000_000_000 / in_a_second))?)
            }
            _ => Some(number.to_string()),
        }
    }
}

fn nanoseconds(since_epoch: i128) -> Option<String> {
    Some(
        jiff::Timestamp::from_nanosecond(since_epoch)
            .ok()?
            .to_string(),
    )
}

/// The oldest form of a moment: nanoseconds of a day, and the day in the Julian count.
fn int96(words: &[u32]) -> i128 {
    const JULIAN_1970: i128 = 2_440_588;
    const DAY: i128 = 86_400_000_000_000;
    let [low, high, day] = [0, 1, 2].map(|at| i128::from(words.get(at).copied().unwrap_or(0)));
    (day - JULIAN_1970) * DAY + (high << 32) + low
}

fn big_endian(bytes: &[u8]) -> Option<i128> {
    let fill = if bytes.first()? & 0x80 == 0 { 0 } else { 0xff };
    let mut wide = [fill; 16];
    let from = wide.len().checked_sub(bytes.len())?;
    wide[from..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

fn decimal(unscaled: i128, scale: i32) -> String {
    let places = usize::try_from(scale).unwrap_or(0);
    let digits = format!("{:0>1$}", unscaled.unsigned_abs(), places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if unscaled < 0 { "-" } else { "" };
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

fn uuid(bytes: &[u8]) -> Option<String> {
    let number = u128::from_be_bytes(bytes.try_into().ok()?);
    let hex = format!("{number:032x}");
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_their_point_where_the_scale_says() {
        assert_eq!(decimal(12_345, 2), "123.45");
        assert_eq!(decimal(-5, 3), "-0.005");
        assert_eq!(decimal(77, 0), "77");
        assert_eq!(big_endian(&[0xff, 0xfe]), Some(-2));
    }

    #[test]
    fn a_moment_is_the_same_in_every_unit() {
        for (in_a_second, number) in [
            (1_000, 1_625_126_460_000),
            (1_000_000, 1_625_126_460_000_000),
            (1_000_000_000, 1_625_126_460_000_000_000),
        ] {
            let text = Kind::Moment(in_a_second).text_of_number(number);
            assert_eq!(text.as_deref(), Some("2021-07-01T08:01:00Z"));
        }
        assert_eq!(
            Kind::Days.text_of_number(18_809).as_deref(),
            Some("2021-07-01")
        );
        assert_eq!(int96(&[0, 0, 2_440_589]), 86_400_000_000_000);
    }
}
