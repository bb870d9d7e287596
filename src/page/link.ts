import { fragmentOf, type PageState, stateOf } from '../report/link/page-link.ts'
import * as state from './state.ts'

/** Returns the state in the address, or the example that it names; null without one. */
export async function readLink(): Promise<PageState | null> {
  const fragment = location.hash.slice(1)
  return (await stateOf(fragment)) ?? state.examples.value.find(({ file }) => file === `${fragment}.yaml`) ?? null
}

/** Writes the state into the address, so that it survives a reload and can be sent. */
export async function writeLink(): Promise<string> {
  const fragment = await fragmentOf({
    file: state.file.value,
    text: state.text.value,
    atNs: Math.round(state.nowNs.value),
    view: state.view.value,
  })
  history.replaceState(null, '', `#${fragment}`)
  return location.href
}
