//! The map: a real table of every road, each cell the link to its run.
//!
//! On a narrow screen each row becomes a block, still a table to a screen reader: the roles are written out, because a
//! changed `display` would take them away.

use crate::gather::Gather as _;
use crate::knowledge::Text;
use crate::present::view::{Control, ControlKind, Map, MapCell, MapRow};
use crate::ui::context::{SwitchButton, switch, tone_class, tone_sign};
use crate::ui::draw::{Draw, attrs};
use crate::ui::message::Message;

/// Draws the room.
pub fn view(d: &mut Draw<'_>, map: &Map) {
    d.el("section", attrs!["class" = "map", "aria-labelledby" = "map-name"], |d| {
        d.word("h2", attrs!["id" = "map-name"], Text::MapTitle);
        d.leaf("p", attrs!["class" = "answer"], &map.answer);
        d.part(|d| network(d, &map.network));
        d.el("table", attrs!["role" = "table", "aria-describedby" = "map-caption"], |d| {
            d.word("caption", attrs!["id" = "map-caption"], Text::MapCaption);
            d.el("thead", attrs!["role" = "rowgroup"], |d| {
                d.el("tr", attrs!["role" = "row"], |d| ports(d, &map.columns));
                d.el("tr", attrs!["role" = "row"], |d| {
                    for (_, label) in &map.columns {
                        d.leaf("th", attrs!["role" = "columnheader", "scope" = "col"], label);
                    }
                });
            });
            d.el("tbody", attrs!["role" = "rowgroup"], |d| {
                map.rows.iter().for_each(|row| d.el("tr", attrs!["role" = "row"], |d| cells(d, row, &map.columns)));
            });
        });
    });
}

fn network(d: &mut Draw<'_>, control: &Control) {
    let (ControlKind::Switch(choices) | ControlKind::List(choices)) = &control.kind else { return };
    let buttons = choices.iter().map(|choice| SwitchButton {
        value: choice.value.clone(),
        label: choice.label.clone(),
        on: choice.on,
        message: Message::ChoseNetwork(choice.value.clone()),
    });
    switch(d, "control", "map-network", &control.label, &buttons.gather());
}

/// The upper heading row: each port once, over its columns.
fn ports(d: &mut Draw<'_>, columns: &[(u16, String)]) {
    let corner = attrs!["role" = "columnheader", "scope" = "col", "rowspan" = "2"];
    d.word("th", corner, Text::MapDestination);
    for group in columns.chunk_by(|(left, _), (right, _)| left == right) {
        let port = group.first().map(|(port, _)| port.to_string()).unwrap_or_default();
        let name = d.cx.words.fill(Text::MapPort, &[("port", &port)]);
        d.leaf("th", attrs!["role" = "columnheader", "scope" = "colgroup", "colspan": group.len()], &name);
    }
}

fn cells(d: &mut Draw<'_>, row: &MapRow, columns: &[(u16, String)]) {
    d.el("th", attrs!["role" = "rowheader", "scope" = "row"], |d| {
        d.plain("b", &row.name);
        d.plain("small", &row.host);
    });
    for (one, (port, label)) in row.cells.iter().zip(columns) {
        d.el("td", attrs!["role" = "cell", "class": tone_class(one.tone)], |d| {
            cell(d, one, &format!("{port} · {label}"));
        });
    }
}

/// One run. `column` repeats the heading where the table is stacked.
fn cell(d: &mut Draw<'_>, cell: &MapCell, column: &str) {
    d.el("a", attrs!["href": &cell.link], |d| {
        // The name says also which row and column this is, for those who hear the links without the table.
        d.leaf("span", attrs!["class" = "vh"], &cell.name);
        d.el("span", attrs!["class" = "shown", "aria-hidden" = "true"], |d| {
            d.leaf("span", attrs!["class" = "column"], column);
            d.el("span", attrs!["class" = "word"], |d| {
                d.leaf("span", attrs!["class" = "sign"], tone_sign(cell.tone));
                d.text(" ");
                d.text(&cell.word);
            });
            d.when(!cell.code.is_empty(), |d| d.plain("code", &cell.code));
            d.plain("small", &cell.after);
        });
    });
}
