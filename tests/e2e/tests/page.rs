//! The built page in a real browser, used as a reader uses it.

use smtp_explainer_e2e::Browser;

#[tokio::test]
async fn it_loads_without_a_complaint() {
    let browser = Browser::start().await;
    browser.go(browser.address()).await;
    assert_eq!(browser.problems().await, []);
}
