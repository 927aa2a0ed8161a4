//! Which columns of a Parquet file are fields of an article: by the paths to them, as in JSON.

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use ::parquet::schema::types::{SchemaDescriptor, Type};

use super::value::Kind;
use crate::corpus::record::fields::{FieldNames, Rank, Role};

/// A column that holds a field of an article.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Its number among the file's columns.
    pub(crate) column: usize,
    /// The path to it as a user writes it: dots lead into structs, and a list is named without its insides.
    pub(crate) path: String,
    pub(crate) role: Role,
    pub(crate) rank: Rank,
    /// Whether it holds a list of values for each row.
    pub(crate) is_list: bool,
    /// Whether its values stand in something of which they are a part: the structs of a list, or a map.
    pub(crate) is_inside: bool,
    /// How its values are told as text.
    pub(crate) kind: Kind,
}

impl Leaf {
    /// Whether it holds texts that others may be put in the place of.
    pub(crate) fn is_text(&self) -> bool {
        self.role == Role::Text && self.kind == Kind::Text && !self.is_inside
    }
}

/// The columns that hold fields, and the paths of all columns.
pub(super) fn find(schema: &SchemaDescriptor, names: &FieldNames) -> (Vec<Leaf>, Vec<String>) {
    let mut walk = Walk {
        schema,
        names,
        column: 0,
        leaves: Vec::new(),
        paths: Vec::new(),
    };
    for field in schema.root_schema().get_fields() {
        walk.enter(field, String::new(), Under::Struct);
    }
    (walk.leaves, walk.paths)
}

/// What a type stands under.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    /// Structs only: one value a row.
    Struct,
    /// A list that may turn out to be of single values.
    List,
    /// The structs of a list, which may hold paragraphs.
    Items,
    /// A map, whose values may be paragraphs.
    Map,
    /// Something of which no field is made: a list of lists.
    Other,
}

struct Walk<'a> {
    schema: &'a SchemaDescriptor,
    names: &'a FieldNames,
    /// The next column.
    column: usize,
    leaves: Vec<Leaf>,
    paths: Vec<String>,
}

impl Walk<'_> {
    fn enter(&mut self, field: &Type, prefix: String, under: Under) {
        let info = field.get_basic_info();
        let is_repeated = info.has_repetition() && info.repetition() == Repetition::REPEATED;
        // The name of a list or a map is that of its outermost group.
        let path = match under {
            Under::List | Under::Map => prefix,
            _ => prefix + field.name(),
        };
        if field.is_primitive() {
            let under = match under {
                Under::Map if field.name() == "key" => Under::Other,
                Under::Struct if is_repeated => Under::List,
                other => other,
            };
            self.leaf(path, under);
            return;
        }
        let children = field.get_fields();
        let is_list = matches!(info.logical_type_ref(), Some(LogicalType::List))
            || info.converted_type() == ConvertedType::LIST;
        let under = match under {
            Under::Struct if is_list && children.len() == 1 => Under::List,
            Under::List if is_repeated && !is_list && children.len() == 1 => Under::List,
            Under::List if !is_list && !is_map(field) => Under::Items,
            Under::Struct if is_map(field) && children.len() == 1 => Under::Map,
            Under::Map if is_repeated && children.len() == 2 => Under::Map,
            Under::Struct if is_repeated && !is_list => Under::Items,
            Under::Struct if !is_list => Under::Struct,
            _ => Under::Other,
        };
        let prefix = if matches!(under, Under::List | Under::Map) {
            path
        } else {
            path + "."
        };
        for child in children {
            self.enter(child, prefix.clone(), under);
        }
    }

    fn leaf(&mut self, path: String, under: Under) {
        let column = self.column;
        self.column += 1;
        let described = self.schema.column(column);
        let kind = Kind::of(&described);
        let is_list = under != Under::Struct;
        let is_inside = matches!(under, Under::Items | Under::Map);
        let field = self.names.resolve(&path).filter(|(role, _)| match under {
            Under::Struct | Under::List => true,
            Under::Items | Under::Map => *role == Role::Text,
            Under::Other => false,
        });
        let is_text = described.physical_type() == Physical::BYTE_ARRAY;
        let role = field.zip(kind).filter(|_| !is_list || is_text);
        if let Some(((role, rank), kind)) = role {
            let path = path.clone();
            self.leaves.push(Leaf {
                column,
                path,
                role,
                rank,
                is_list,
                is_inside,
                kind,
            });
        }
        self.paths.push(path);
    }
}

fn is_map(group: &Type) -> bool {
    let info = group.get_basic_info();
    matches!(info.logical_type_ref(), Some(LogicalType::Map))
        || matches!(
            info.converted_type(),
            ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
        )
}
