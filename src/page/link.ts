import { fragmentOf, type PageState, stateOf } from '../report/link/page-link.ts'
import * as state from './state.ts'

/** Returns the state in the address; null without one. */
export function readLink(): Promise<PageState | null> {
  return stateOf(location.hash.slice(1))
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
