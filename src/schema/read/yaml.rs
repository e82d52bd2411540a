//! YAML as a graph: an alias is the node it names, so that a structure that holds itself stays finite. That is why serde
//! cannot read it: `com.apple.applicationaccess.new` has a list of programs whose items hold that list again.

use std::collections::BTreeMap;
use std::fmt;

use serde_saphyr::granit_parser::{Event, Options, Parser};

/// The number of a node.
pub(super) type Id = usize;

/// What is wrong with a description.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

#[derive(Debug, Default)]
pub(crate) struct Yaml {
    /// The nodes; the root is the first.
    nodes: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    /// A scalar as it was written.
    Text(String),
    List(Vec<Id>),
    /// Keys and values in turn.
    Map(Vec<Id>),
}

impl Yaml {
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let mut options = Options::default();
        options.emit_comments = false;
        let mut yaml = Self::default();
        let mut open: Vec<Id> = Vec::new();
        let mut anchors = BTreeMap::new();
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, _) = event.map_err(|error| Fault(error.info().clone()))?;
            let (node, anchor, container) = match event {
                Event::Scalar(text, _, anchor, _) => (Node::Text(text.to_string()), anchor, false),
                Event::SequenceStart(_, anchor, _) => (Node::List(Vec::new()), anchor, true),
                Event::MappingStart(_, anchor, _) => (Node::Map(Vec::new()), anchor, true),
                Event::SequenceEnd | Event::MappingEnd => {
                    open.pop();
                    continue;
                }
                Event::Alias(anchor) => {
                    let id = *anchors
                        .get(&anchor)
                        .ok_or_else(|| Fault("an alias names nothing".to_owned()))?;
                    yaml.attach(&open, id);
                    continue;
                }
                _ => continue,
            };
            let id = yaml.nodes.len();
            yaml.nodes.push(node);
            if anchor != 0 {
                anchors.insert(anchor, id);
            }
            yaml.attach(&open, id);
            if container {
                open.push(id);
            }
        }
        Ok(yaml)
    }

    /// Puts a node into the innermost open one.
    fn attach(&mut self, open: &[Id], id: Id) {
        if let Some(Node::List(items) | Node::Map(items)) =
            open.last().and_then(|parent| self.nodes.get_mut(*parent))
        {
            items.push(id);
        }
    }

    pub(super) fn root(&self) -> Option<Id> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// The text of a scalar.
    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match &self.nodes[id] {
            Node::Text(text) => Some(text),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self, id: Id) -> &[Id] {
        match &self.nodes[id] {
            Node::List(items) => items,
            Node::Text(_) | Node::Map(_) => &[],
        }
    }

    /// The keys of a map.
    pub(super) fn names(&self, id: Id) -> impl Iterator<Item = &str> {
        let pairs = match &self.nodes[id] {
            Node::Map(pairs) => pairs.as_slice(),
            Node::Text(_) | Node::List(_) => &[],
        };
        let keys = pairs.chunks_exact(2);
        keys.filter_map(|pair| self.text(pair[0]))
    }

    /// The value of a key.
    pub(super) fn get(&self, id: Id, key: &str) -> Option<Id> {
        let Node::Map(pairs) = &self.nodes[id] else {
            return None;
        };
        pairs
            .chunks_exact(2)
            .find(|pair| self.text(pair[0]) == Some(key))
            .map(|pair| pair[1])
    }

    /// The text of a key's value.
    pub(super) fn text_of(&self, id: Id, key: &str) -> Option<&str> {
        self.text(self.get(id, key)?)
    }
}
