//! Memory that one reading leaves to the next: ten thousand small files would each ask for it and give it back, between
//! what is kept of them, and so spread over twice the memory.

use super::tree::{Node, Tree};
use super::xml::Frame;

/// More nodes than this are one large file's, and no memory that the next needs.
const SPARE_NODES: usize = 64 * 1024;

/// More trees than this nobody reads at once.
const SPARE_TREES: usize = 16;

/// Memory for some trees and for reading them.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    /// For the nodes of each tree.
    nodes: Vec<Vec<Node>>,
    /// For the levels of nesting.
    frames: Vec<Frame>,
}

impl Spare {
    /// Memory for so many nodes, and for levels of nesting; both empty.
    pub(super) fn lend(&mut self, nodes: usize) -> (Vec<Node>, Vec<Frame>) {
        let mut lent = self.nodes.pop().unwrap_or_default();
        let mut frames = std::mem::take(&mut self.frames);
        lent.clear();
        lent.reserve(nodes);
        frames.clear();
        (lent, frames)
    }

    /// Takes back the levels, when the last is closed.
    pub(super) fn take_back_frames(&mut self, frames: Vec<Frame>) {
        self.frames = frames;
    }

    /// Takes back the nodes of a tree that nobody needs any more.
    pub(crate) fn take_back(&mut self, tree: Tree<'_>) {
        let nodes = tree.into_nodes();
        if (1..=SPARE_NODES).contains(&nodes.capacity()) && self.nodes.len() < SPARE_TREES {
            self.nodes.push(nodes);
        }
    }
}
