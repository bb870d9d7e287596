/** Gives an item to the consumer, and waits until the consumer asks for the next one. */
export type Give<Item> = (item: Item) => Promise<void>

/**
 * Returns items one after the other as `produce` gives them, which begins when the first is asked for. What it throws is
 * thrown to the consumer.
 * @param end called when the consumer needs no more items, so that `produce` ends
 */
export async function* handOver<Item>(
  produce: (give: Give<Item>) => Promise<void>,
  end: () => void,
): AsyncGenerator<Item, void> {
  const given: Item[] = []
  let isOver = false
  let notify = () => {}
  let goOn = () => {}
  const production = produce((item) => {
    given.push(item)
    notify()
    return new Promise((resolve) => {
      goOn = resolve
      if (isOver) resolve()
    })
  }).finally(() => {
    isOver = true
    notify()
  })
  // It is thrown below, after the items that came before it.
  production.catch(() => {})
  try {
    while (given.length > 0 || !isOver) {
      if (given.length === 0) {
        await new Promise<void>((resolve) => {
          notify = resolve
        })
        continue
      }
      yield* given.splice(0)
      goOn()
    }
    await production
  } finally {
    isOver = true
    end()
    goOn()
  }
}
