"""The sandbox page, as a browser asks for it."""

import httpx

from tests.e2e.house import RunningHouse, eventually, new_customer


def test_whoever_writes_in_the_sandbox_reads_the_answer_there(house: RunningHouse) -> None:
    customer, number = new_customer(), house.ready["phone_number_id"]
    with httpx.Client(base_url=house.ready["api"], timeout=30) as browser:
        page = browser.get("/sandbox", params={"number": number, "customer": customer})
        assert page.status_code == 200
        assert "htmx" in page.text
        sent = browser.post(
            f"/sandbox/{number}/messages",
            params={"customer": customer},
            data={"text": "Hola, qué precio tiene?", "customer": customer},
            headers={"HX-Request": "true"},
        )
        assert sent.status_code == 200, sent.text

        def conversation() -> str:
            query = {"customer": customer}
            return browser.get(f"/sandbox/{number}/conversation", params=query).text

        eventually(lambda: "$77.900" in conversation() and "Leído" in conversation())


def test_the_house_says_that_it_is_well(house: RunningHouse) -> None:
    answer = httpx.get(f"{house.ready['api']}/health", timeout=30)

    assert (answer.status_code, answer.text) == (200, "ok")
