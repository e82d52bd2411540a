//! YAML as a tree of texts, lists and maps, each with its place; nothing is typed here.
//!
//! Every scalar stays the text that was written: `12345E6789` is a Team ID and not a number. Aliases share the node
//! they name, so that they cost nothing until somebody walks them; [`NODE_LIMIT`] bounds that walk.
//!
//! The events come from `serde-saphyr`'s parser and not from its serde deserializer: serde stops at the first value of a
//! wrong type, and its untyped values would turn a Team ID such as `12345E6789` into a number.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use super::error::PolicyError;
use super::syntax;
use crate::escape::quoted;
use crate::source::Span;

/// Most nodes of a file, each alias counted with all it stands for. A policy of 1,000 teams has about 20,000.
const NODE_LIMIT: usize = 250_000;

/// Deepest nesting; a policy needs six levels.
const DEPTH_LIMIT: usize = 32;

/// One value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The value's place; for an alias the alias.
    pub(crate) span: Span,
    pub(crate) value: Value,
    /// Number of nodes below and including this one, aliases counted in full.
    size: usize,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A scalar, and whether it was written without quotes.
    Text {
        /// The text after YAML's escapes.
        text: Rc<str>,
        /// Written without quotes, so that `true` and nothing at all have a meaning.
        plain: bool,
    },
    List(Rc<[Node]>),
    /// A map, in the order of the file, duplicates included.
    Map(Rc<[(Node, Node)]>),
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether nothing was written: `key:`, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Text { text, plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            _ if self.is_null() => "nothing",
            Value::Text { .. } => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// A list or map that is still open.
struct Open {
    start: usize,
    /// Its anchor, 0 if none.
    anchor: usize,
    map: bool,
    /// Whether it is written with brackets, so that its end event has a place of its own.
    flow: bool,
    /// Items; keys and values in turn.
    items: Vec<Node>,
}

/// Reads the first document. Returns what is wrong with the file as YAML; `None` without errors means it is empty.
pub(crate) fn parse(text: &str, errors: &mut Vec<PolicyError>) -> Option<Node> {
    let mut options = Options::default();
    options.flow_nesting_limit = DEPTH_LIMIT;
    options.block_nesting_limit = DEPTH_LIMIT;
    options.emit_unresolved_aliases = true;
    options.emit_comments = false;
    let mut builder = Builder {
        errors,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
        total: 0,
        documents: 0,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let problem = syntax::explain(&error, text);
                builder.errors.push(problem);
                return None;
            }
        };
        let start = place.start.byte_offset().unwrap_or_default();
        let end = place.end.byte_offset().unwrap_or(start);
        if let Err(problem) = builder.event(event, Span::new(start, end)) {
            builder.errors.push(problem);
            return None;
        }
    }
    builder.root
}

/// Turns events into nodes.
struct Builder<'a> {
    /// Where problems go that do not end the reading.
    errors: &'a mut Vec<PolicyError>,
    /// Lists and maps that are still open, the innermost last.
    open: Vec<Open>,
    /// Finished nodes with an anchor.
    anchors: BTreeMap<usize, Node>,
    root: Option<Node>,
    /// Nodes so far, aliases counted in full.
    total: usize,
    documents: usize,
}

impl Builder<'_> {
    /// Takes one event; an error ends the reading.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), PolicyError> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(PolicyError::new(
                        span,
                        "the file holds more than one YAML document",
                        "a second document starts here",
                        "keep one policy per file: move what follows `---` to a file of its own",
                    ));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                let value = Value::Text {
                    text: Rc::from(&*text),
                    plain: style == ScalarStyle::Plain,
                };
                self.finish(
                    Node {
                        span,
                        value,
                        size: 1,
                    },
                    anchor,
                );
                self.spend(1, span)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start(span, style, anchor, tag.as_ref(), false)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.start(span, style, anchor, tag.as_ref(), true)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                Ok(())
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(PolicyError::new(
                        span,
                        "an alias is inside the value it names",
                        "this would repeat for ever",
                        "write the value out instead of the alias",
                    ));
                };
                let size = node.size;
                self.finish(Node { span, ..node }, 0);
                self.spend(size, span)
            }
            Event::UnresolvedAlias(name) => {
                self.errors.push(PolicyError::new(
                    span,
                    format!("there is no anchor {}", quoted(&name)),
                    "this alias names nothing",
                    format!(
                        "define it above with `&{}`, or put quotes around a text that begins with `*`",
                        crate::escape::visible(&name)
                    ),
                ));
                let value = Value::Text {
                    text: Rc::from(format!("*{name}")),
                    plain: false,
                };
                self.finish(
                    Node {
                        span,
                        value,
                        size: 1,
                    },
                    0,
                );
                self.spend(1, span)
            }
            _ => Ok(()),
        }
    }

    /// Opens a list or a map.
    fn start(
        &mut self,
        span: Span,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Cow<'_, Tag>>,
        map: bool,
    ) -> Result<(), PolicyError> {
        self.tag(tag.map(|tag| &**tag), span);
        if self.open.len() >= DEPTH_LIMIT {
            return Err(syntax::too_deep(span));
        }
        self.spend(1, span)?;
        self.open.push(Open {
            start: span.start as usize,
            anchor,
            map,
            flow: style == StructureStyle::Flow,
            items: Vec::new(),
        });
        Ok(())
    }

    /// Closes the innermost list or map.
    fn close(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        // The end of a block is only known by what follows it: its last value is its end for people.
        let end = match open.items.last() {
            Some(last) if !open.flow => last.span.end as usize,
            _ => span.end as usize,
        };
        let size = open
            .items
            .iter()
            .fold(1_usize, |sum, item| sum.saturating_add(item.size));
        let value = if open.map {
            let mut pairs = Vec::with_capacity(open.items.len() / 2);
            let mut items = open.items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                pairs.push((key, value));
            }
            Value::Map(pairs.into())
        } else {
            Value::List(open.items.into())
        };
        let span = Span::new(open.start, end);
        self.finish(Node { span, value, size }, open.anchor);
    }

    /// Counts nodes, so that neither a long file nor aliases of aliases can keep us busy for ever.
    fn spend(&mut self, nodes: usize, span: Span) -> Result<(), PolicyError> {
        self.total = self.total.saturating_add(nodes);
        if self.total <= NODE_LIMIT {
            return Ok(());
        }
        Err(PolicyError::new(
            span,
            format!("the file has more than {NODE_LIMIT} values, aliases included"),
            "the limit is passed here",
            "use fewer aliases, each of which repeats everything its anchor holds, or split the file",
        ))
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }

    /// Refuses tags: no value of a policy needs one, and a reader that knows a tag would read another policy.
    fn tag(&mut self, tag: Option<&Tag>, span: Span) {
        let Some(tag) = tag else { return };
        if matches!(tag.core_suffix(), Some("str" | "seq" | "map")) {
            return;
        }
        self.errors.push(PolicyError::new(
            span,
            format!(
                "the YAML tag {} is not used in a policy",
                quoted(&tag.original())
            ),
            "this value has a tag",
            "remove the tag; put quotes around the value if it has to stay a text",
        ));
    }
}
