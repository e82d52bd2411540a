//! The grammar: `or` binds less than `and`, `!` most; what follows a field may be missing and then means `exists`.

use super::lexer::{Fault, Kind, Token, split};
use super::{Condition, Expression, Match, Requirement, Slot, Word};
use crate::source::Span;

/// Deeper brackets are refused, so that no text uses up the stack.
const DEEPEST: usize = 64;

/// The words with a meaning. As strings they need quotes.
pub(super) const KEYWORDS: [&str; 28] = [
    "absent",
    "always",
    "anchor",
    "and",
    "apple",
    "cdhash",
    "cert",
    "certificate",
    "designated",
    "entitlement",
    "exists",
    "false",
    "generic",
    "guest",
    "host",
    "identifier",
    "info",
    "leaf",
    "legacy",
    "library",
    "never",
    "not",
    "notarized",
    "or",
    "plugin",
    "root",
    "true",
    "trusted",
];

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    /// What to say where the tokens end: the text may go on with something that is no token.
    end: Fault,
}

/// Reads a whole requirement.
pub(super) fn parse(text: &str) -> Result<Requirement, Fault> {
    let found = split(text);
    let end = found.fault.clone().unwrap_or_else(|| {
        let bare = text.trim_end();
        let last = bare.chars().next_back().map_or(0, char::len_utf8);
        Fault {
            span: Span::new(bare.len() - last, bare.len()),
            message: if found.tokens.is_empty() {
                "there is no condition in it".to_owned()
            } else {
                "it ends where something has to follow".to_owned()
            },
        }
    });
    let mut parser = Parser {
        text,
        tokens: &found.tokens,
        at: 0,
        depth: 0,
        end,
    };
    let expression = parser.any()?;
    while parser.takes(";") {}
    if parser.peek().is_some() {
        return Err(parser.fault("`and`, `or` or the end is expected here"));
    }
    match found.fault {
        Some(fault) => Err(fault),
        None => Ok(Requirement {
            expression,
            remarks: found.remarks,
        }),
    }
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn slice(&self, token: &Token) -> &'t str {
        self.text.get(token.span.range()).unwrap_or_default()
    }

    /// The next token as a keyword, which is a word without quotes.
    fn keyword(&self) -> Option<&'t str> {
        let token = self.peek().filter(|token| token.kind == Kind::Word)?;
        Some(self.slice(token))
    }

    /// Goes on if the next token is this word or sign.
    fn takes(&mut self, word: &'static str) -> bool {
        let is = match self.peek().map(|token| &token.kind) {
            Some(Kind::Sign(sign)) => *sign == word,
            Some(Kind::Word) => self.keyword() == Some(word),
            _ => false,
        };
        self.at += usize::from(is);
        is
    }

    fn takes_any<const N: usize>(&mut self, words: [&'static str; N]) -> bool {
        words.into_iter().any(|word| self.takes(word))
    }

    fn needs(&mut self, sign: &'static str, message: &str) -> Result<(), Fault> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(self.fault(message))
    }

    /// A fault at the next token, or where the text ends or cannot be read any further.
    fn fault(&self, message: &str) -> Fault {
        self.peek().map_or_else(
            || self.end.clone(),
            |token| Fault {
                span: token.span,
                message: message.to_owned(),
            },
        )
    }

    fn deeper<T>(&mut self, inner: fn(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == DEEPEST {
            return Err(self.fault("the brackets are nested too deep"));
        }
        self.depth += 1;
        let found = inner(self);
        self.depth -= 1;
        found
    }

    fn any(&mut self) -> Result<Expression, Fault> {
        let first = self.all()?;
        let mut several = vec![first];
        while self.takes("or") {
            several.push(self.all()?);
        }
        Ok(one_or(several, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, Fault> {
        let mut several = vec![self.primary()?];
        while self.takes("and") {
            several.push(self.primary()?);
        }
        Ok(one_or(several, Expression::All))
    }

    fn primary(&mut self) -> Result<Expression, Fault> {
        if self.takes_any(["!", "not"]) {
            return Ok(Expression::Not(Box::new(self.deeper(Self::primary)?)));
        }
        if self.takes("(") {
            if let Some(name) = self.named_code() {
                return Ok(Expression::One(Condition::NamedCode(name)));
            }
            let inner = self.deeper(Self::any)?;
            self.needs(")", "`and`, `or` or a closing bracket is expected here")?;
            return Ok(inner);
        }
        self.condition().map(Expression::One)
    }

    /// `(X)`, of which the bracket is read already.
    fn named_code(&mut self) -> Option<Word> {
        let start = self.at;
        if let Ok(name) = self.string()
            && self.takes(")")
        {
            return Some(name);
        }
        self.at = start;
        None
    }

    fn condition(&mut self) -> Result<Condition, Fault> {
        let message =
            "a condition is expected here, such as `identifier` or `anchor apple generic`";
        let Some(word) = self.keyword() else {
            return Err(self.fault(message));
        };
        let start = self.at;
        self.at += 1;
        Ok(match word {
            "always" | "true" => Condition::Constant(true),
            "never" | "false" => Condition::Constant(false),
            "notarized" => Condition::Notarized,
            "legacy" => Condition::Legacy,
            "identifier" => {
                self.takes_any(["=", "=="]);
                Condition::Identifier(self.string()?)
            }
            "cdhash" => {
                self.takes_any(["=", "=="]);
                Condition::CodeHash(self.hash()?)
            }
            "platform" => {
                self.takes_any(["=", "=="]);
                Condition::Platform(self.number()?)
            }
            "anchor" => self.anchor()?,
            "certificate" | "cert" => self.certificate()?,
            "info" => {
                let key = self.key()?;
                Condition::Info(key, self.comparison()?)
            }
            "entitlement" => {
                let key = self.key()?;
                Condition::Entitlement(key, self.comparison()?)
            }
            _ => {
                self.at = start;
                return Err(self.fault(message));
            }
        })
    }

    /// What follows `anchor`.
    fn anchor(&mut self) -> Result<Condition, Fault> {
        if self.takes("trusted") {
            return Ok(Condition::Trusted(None));
        }
        if self.takes("generic") {
            self.needs("apple", "`apple` is expected here")?;
            return Ok(Condition::AnchorAppleGeneric);
        }
        if self.takes("apple") {
            if self.takes("generic") {
                return Ok(Condition::AnchorAppleGeneric);
            }
            let start = self.at;
            let name = self.string();
            return Ok(name.map_or_else(
                |_| {
                    self.at = start;
                    Condition::AnchorApple
                },
                Condition::NamedAnchor,
            ));
        }
        self.of_slot(
            Slot::ROOT,
            "`apple`, `trusted`, `[` or `=` is expected here",
        )
    }

    /// What follows `certificate`.
    fn certificate(&mut self) -> Result<Condition, Fault> {
        if self.takes("trusted") {
            return Ok(Condition::Trusted(None));
        }
        let slot = if self.takes("leaf") {
            Slot::LEAF
        } else if self.takes("root") {
            Slot::ROOT
        } else {
            let sign = if self.takes("-") { -1 } else { 1 };
            let number = self.number().map_err(|fault| Fault {
                message: "`leaf`, `root` or the number of a certificate is expected here"
                    .to_owned(),
                ..fault
            })?;
            Slot(number.text.parse::<i64>().unwrap_or(i64::MAX) * sign)
        };
        if self.takes("trusted") {
            return Ok(Condition::Trusted(Some(slot)));
        }
        self.of_slot(
            slot,
            "`[` with a field, `=` with a hash, or `trusted` is expected here",
        )
    }

    /// `[field] …` or `= H"…"` of a certificate.
    fn of_slot(&mut self, slot: Slot, message: &str) -> Result<Condition, Fault> {
        const FIELDS: [&str; 5] = ["extension.", "field.", "policy.", "subject.", "timestamp."];
        let is = |kind: &Kind, sign| *kind == Kind::Sign(sign);
        match self.peek().map(|token| &token.kind) {
            Some(kind) if is(kind, "[") => {
                let key = self.key()?;
                if !FIELDS.iter().any(|field| key.text.starts_with(field)) {
                    return Err(Fault {
                        span: key.span,
                        message: "a certificate has fields that begin with `subject.`, `field.`, `extension.` or `policy.`".to_owned(),
                    });
                }
                Ok(Condition::Field(slot, key, self.comparison()?))
            }
            Some(kind) if is(kind, "=") || is(kind, "==") || *kind == Kind::Hash => {
                self.takes_any(["=", "=="]);
                let digest = self.hash().or_else(|fault| self.file().ok_or(fault))?;
                Ok(Condition::Certificate(slot, digest))
            }
            _ => Err(self.fault(message)),
        }
    }

    fn key(&mut self) -> Result<Word, Fault> {
        self.needs("[", "`[` is expected here")?;
        let key = self.string()?;
        self.needs("]", "`]` is expected here")?;
        Ok(key)
    }

    /// What follows a field.
    fn comparison(&mut self) -> Result<Match, Fault> {
        for order in ["<=", ">=", "<", ">"] {
            if self.takes(order) {
                return Ok(Match::Order(order, self.value()?));
            }
        }
        if self.takes("absent") {
            return Ok(Match::Absent);
        }
        if self.takes("~") {
            return Ok(Match::Contains(self.value()?));
        }
        if self.takes_any(["=", "=="]) {
            let (before, value) = (self.takes("*"), self.value()?);
            return Ok(match (before, self.takes("*")) {
                (false, false) => Match::Equal(value),
                (false, true) => Match::StartsWith(value),
                (true, false) => Match::EndsWith(value),
                (true, true) => Match::Contains(value),
            });
        }
        self.takes("exists");
        Ok(Match::Exists)
    }

    /// What a field is compared with: a string, `0x…`, or `timestamp "…"`.
    fn value(&mut self) -> Result<Word, Fault> {
        if self.keyword() == Some("timestamp")
            && matches!(
                self.tokens.get(self.at + 1),
                Some(Token {
                    kind: Kind::Quoted(_),
                    ..
                })
            )
        {
            self.at += 1;
        }
        self.word(&Kind::Hexadecimal)
            .map_or_else(|| self.string(), Ok)
    }

    /// A string, in quotes or without.
    fn string(&mut self) -> Result<Word, Fault> {
        let Some(token) = self.peek() else {
            return Err(self.end.clone());
        };
        let (text, span) = match &token.kind {
            Kind::Quoted(text) => {
                let Span { start, end } = token.span;
                (
                    text.clone(),
                    Span {
                        start: start + 1,
                        end: end - 1,
                    },
                )
            }
            Kind::Word if !KEYWORDS.contains(&self.slice(token)) => {
                (self.slice(token).to_owned(), token.span)
            }
            Kind::Word => {
                return Err(
                    self.fault("this word has a meaning of its own; as a string it needs quotes")
                );
            }
            Kind::Number => {
                return Err(self.fault("a string that begins with a digit needs quotes"));
            }
            _ => return Err(self.fault("a string is expected here")),
        };
        self.at += 1;
        Ok(Word { text, span })
    }

    fn hash(&mut self) -> Result<Word, Fault> {
        let message = "a hash is expected here: `H`, a quote, 40 digits, a quote";
        self.word(&Kind::Hash).ok_or_else(|| self.fault(message))
    }

    fn number(&mut self) -> Result<Word, Fault> {
        self.word(&Kind::Number)
            .ok_or_else(|| self.fault("a number is expected here"))
    }

    /// The path of a certificate's file.
    fn file(&mut self) -> Option<Word> {
        self.word(&Kind::Path).or_else(|| self.string().ok())
    }

    /// The next token, if it is of a kind.
    fn word(&mut self, kind: &Kind) -> Option<Word> {
        let token = self.peek().filter(|token| token.kind == *kind)?;
        self.at += 1;
        let text = self.slice(token).to_owned();
        Some(Word {
            text,
            span: token.span,
        })
    }
}

/// The only one, or all of them.
fn one_or(mut several: Vec<Expression>, all: fn(Vec<Expression>) -> Expression) -> Expression {
    if several.len() == 1 {
        several.swap_remove(0)
    } else {
        all(several)
    }
}
