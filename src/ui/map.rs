//! The map: a real table of every road, each cell the link to its run.
//!
//! On a narrow screen each row becomes a block, still a table to a screen reader: the roles are written out, because a
//! changed `display` would take them away.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{Control, ControlKind, Map, MapCell, MapRow};
use crate::ui::context::{Context, SwitchButton, tone_class, tone_sign};
use crate::ui::message::Message;

/// Draws the room.
pub fn view(cx: &Context, map: &Map) -> Html {
    html! {
        <section class="map" aria-labelledby="map-name">
            <h2 id="map-name">{ cx.text(Text::MapTitle) }</h2>
            <p class="answer">{ &map.answer }</p>
            { network(cx, &map.network) }
            <table role="table" aria-describedby="map-caption">
                <caption id="map-caption">{ cx.text(Text::MapCaption) }</caption>
                <thead role="rowgroup">{ ports(cx, &map.columns) }{ columns(&map.columns) }</thead>
                <tbody role="rowgroup">{ for map.rows.iter().map(|row| table_row(row, &map.columns)) }</tbody>
            </table>
        </section>
    }
}

fn network(cx: &Context, control: &Control) -> Html {
    let (ControlKind::Switch(choices) | ControlKind::List(choices)) = &control.kind else { return Html::default() };
    let buttons = choices.iter().map(|choice| SwitchButton {
        value: choice.value.clone(),
        label: choice.label.clone(),
        on: choice.on,
        message: Message::ChoseNetwork(choice.value.clone()),
    });
    cx.switch("map-network", &control.label, buttons)
}

/// The upper heading row: each port once, over its columns.
fn ports(cx: &Context, columns: &[(u16, String)]) -> Html {
    let groups = columns.chunk_by(|(left, _), (right, _)| left == right).map(|group| {
        let port = group.first().map(|(port, _)| port.to_string()).unwrap_or_default();
        html! {
            <th role="columnheader" scope="colgroup" colspan={group.len().to_string()}>
                { cx.words.fill(Text::MapPort, &[("port", &port)]) }
            </th>
        }
    });
    html! {
        <tr role="row">
            <th role="columnheader" scope="col" rowspan="2">{ cx.text(Text::MapDestination) }</th>
            { for groups }
        </tr>
    }
}

fn columns(columns: &[(u16, String)]) -> Html {
    let heads = columns.iter().map(|(_, label)| html! { <th role="columnheader" scope="col">{ label }</th> });
    html! { <tr role="row">{ for heads }</tr> }
}

fn table_row(row: &MapRow, columns: &[(u16, String)]) -> Html {
    let cells = row.cells.iter().zip(columns).map(|(one, (port, label))| cell(one, &format!("{port} · {label}")));
    html! {
        <tr role="row">
            <th role="rowheader" scope="row"><b>{ &row.name }</b><small>{ &row.host }</small></th>
            { for cells }
        </tr>
    }
}

/// One run. `column` repeats the heading where the table is stacked.
fn cell(cell: &MapCell, column: &str) -> Html {
    html! {
        <td role="cell" class={tone_class(cell.tone)}>
            // The name says also which row and column this is, for those who hear the links without the table.
            <a href={cell.link.clone()}>
                <span class="vh">{ &cell.name }</span>
                <span class="shown" aria-hidden="true">
                    <span class="column">{ column }</span>
                    <span class="word"><span class="sign">{ tone_sign(cell.tone) }</span>{ " " }{ &cell.word }</span>
                    if !cell.code.is_empty() { <code>{ &cell.code }</code> }
                    <small>{ &cell.after }</small>
                </span>
            </a>
        </td>
    }
}
