// Changes entries of the JSON files that a page receives.

/**
 * Answers requests for a JSON file, of a Playwright page or context, with some of its entries changed; `undefined` removes one.
 *
 * @param url pattern of the file, as in `route`
 */
export function changeJson(target, url, entries) {
  return target.route(url, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), ...entries } });
  });
}
