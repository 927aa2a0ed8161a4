//! The fields of a record batch, and their types.

use std::io;

use super::flat::Table;

/// Fields are not nested deeper.
const DEEPEST: usize = 32;

/// A column, or something inside of one.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) children: Vec<Field>,
    /// The dictionary that its values are numbers in, and the type of those numbers.
    pub(super) dictionary: Option<(i64, Kind)>,
}

/// A type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Int {
        bytes: usize,
        is_signed: bool,
    },
    Float {
        bytes: usize,
    },
    /// Numbers of so many bytes, with so many decimal places.
    Decimal {
        bytes: usize,
        places: i32,
    },
    /// So many of these in a second, since 1970.
    Moment {
        bytes: usize,
        in_a_second: i64,
    },
    Days,
    /// Values of a fixed length that are told as they are.
    Fixed {
        bytes: usize,
        is_told: bool,
    },
    /// Texts or bytes, with offsets of so many bytes.
    Bytes {
        offset: usize,
    },
    /// Texts or bytes, long ones in buffers of their own.
    Views,
    List {
        offset: usize,
    },
    ListView {
        offset: usize,
    },
    FixedList {
        items: usize,
    },
    Struct,
    Map,
}

impl Field {
    /// The fields of a schema; `None` where it is damaged, and an error where one has a type that is not read.
    pub(super) fn all(schema: Table<'_>) -> Option<io::Result<Vec<Field>>> {
        let fields = schema.tables(1)?;
        Some(
            fields
                .into_iter()
                .map(|field| Field::of(field, 0))
                .collect(),
        )
    }

    fn of(field: Table<'_>, depth: usize) -> io::Result<Field> {
        let name = field.text(0).unwrap_or_default().to_owned();
        let kind = field
            .table(3)
            .and_then(|kind| Kind::of(field.byte(2), kind));
        let kind = kind.filter(|_| depth < DEEPEST).ok_or_else(|| {
            let what = format!("the column {name} has a type that is not read");
            io::Error::new(io::ErrorKind::Unsupported, what)
        })?;
        let children = field.tables(5).ok_or_else(super::damaged)?;
        let children = children
            .into_iter()
            .map(|child| Field::of(child, depth + 1));
        let children: Vec<Field> = children.collect::<io::Result<_>>()?;
        let has_items = matches!(
            kind,
            Kind::List { .. } | Kind::ListView { .. } | Kind::FixedList { .. } | Kind::Map
        );
        if has_items && children.len() != 1 {
            return Err(super::damaged());
        }
        let dictionary = field.table(4).map(|dictionary| {
            let index = dictionary.table(1);
            let index = index.and_then(|index| Kind::of(2, index));
            let plain = Kind::Int {
                bytes: 4,
                is_signed: true,
            };
            (dictionary.long(0), index.unwrap_or(plain))
        });
        Ok(Field {
            name,
            kind,
            children,
            dictionary,
        })
    }

    /// The field, it or one inside of it, whose values stand in a dictionary.
    pub(super) fn of_dictionary(&self, id: i64) -> Option<&Field> {
        let is_it = self.dictionary.is_some_and(|(its, _)| its == id);
        let mut children = self.children.iter();
        is_it
            .then_some(self)
            .or_else(|| children.find_map(|child| child.of_dictionary(id)))
    }

    /// The field as its values stand in a dictionary.
    pub(super) fn values(&self) -> Field {
        Field {
            dictionary: None,
            ..self.clone()
        }
    }
}

impl Kind {
    /// The bytes of a number of bits.
    fn bytes(bits: i32) -> Option<usize> {
        let bytes = usize::try_from(bits / 8).ok();
        bytes.filter(|bytes| (1..=64).contains(bytes))
    }

    /// A date, a time of day, a moment, or a length of time.
    fn of_time(number: u8, kind: Table<'_>) -> Option<Kind> {
        let in_a_second = |unit: i16| {
            [1, 1_000, 1_000_000, 1_000_000_000]
                .get(usize::try_from(unit).ok()?)
                .copied()
        };
        Some(match number {
            8 if kind.short(0, 1) == 0 => Kind::Days,
            8 => Kind::Moment {
                bytes: 8,
                in_a_second: 1_000,
            },
            9 => Kind::Int {
                bytes: Kind::bytes(kind.int(1, 32))?,
                is_signed: true,
            },
            10 => Kind::Moment {
                bytes: 8,
                in_a_second: in_a_second(kind.short(0, 0))?,
            },
            _ => Kind::Int {
                bytes: 8,
                is_signed: true,
            },
        })
    }

    /// The type of a number in the format's list of types; `None` where it is not read.
    fn of(number: u8, kind: Table<'_>) -> Option<Kind> {
        let bytes = Kind::bytes;
        Some(match number {
            1 => Kind::Null,
            2 => Kind::Int {
                bytes: bytes(kind.int(0, 0))?,
                is_signed: kind.byte(1) == 1,
            },
            3 => Kind::Float {
                bytes: *[2, 4, 8].get(usize::try_from(kind.short(0, 0)).ok()?)?,
            },
            4 | 5 => Kind::Bytes { offset: 4 },
            6 => Kind::Bool,
            7 => Kind::Decimal {
                bytes: bytes(kind.int(2, 128))?,
                places: kind.int(1, 0).clamp(0, 76),
            },
            8..=10 | 18 => return Kind::of_time(number, kind),
            11 => Kind::Fixed {
                bytes: *[4, 8, 16].get(usize::try_from(kind.short(0, 0)).ok()?)?,
                is_told: false,
            },
            12 => Kind::List { offset: 4 },
            13 => Kind::Struct,
            15 => Kind::Fixed {
                bytes: usize::try_from(kind.int(0, 0))
                    .ok()
                    .filter(|bytes| *bytes > 0)?,
                is_told: true,
            },
            16 => Kind::FixedList {
                items: usize::try_from(kind.int(0, 0)).ok()?,
            },
            17 => Kind::Map,
            19 | 20 => Kind::Bytes { offset: 8 },
            21 => Kind::List { offset: 8 },
            23 | 24 => Kind::Views,
            25 => Kind::ListView { offset: 4 },
            26 => Kind::ListView { offset: 8 },
            _ => return None,
        })
    }
}
