// Simulates the batches that the page sends.
import { inPlace } from 'onpath/study'

const { simulate } = inPlace()
const { signal } = new AbortController()

self.onmessage = async ({ data: { batch, budget } }) => {
  try {
    self.postMessage({ results: await simulate(batch, signal, budget) })
  } catch (error) {
    self.postMessage({ problem: String(error) })
  }
}
