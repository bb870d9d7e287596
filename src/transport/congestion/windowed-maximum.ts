/**
 * Resets the filter: the largest value of the last `window` rounds, kept as the best three values with their rounds, in
 * six numbers from `at` on (Kathleen Nichols' algorithm; lib/win_minmax.c).
 */
export function resetMaximum(state: Float64Array, at: number, round: number, value: number): void {
  for (let place = 0; place < 3; place++) put(state, at, place, round, value)
}

export function filterMaximum(state: Float64Array, at: number, window: number, round: number, value: number): void {
  const isNewBest = value >= state[at + 1]
  if (isNewBest || round - state[at + 4] > window) return resetMaximum(state, at, round, value)
  if (value >= state[at + 3]) {
    put(state, at, 1, round, value)
    put(state, at, 2, round, value)
  } else if (value >= state[at + 5]) put(state, at, 2, round, value)
  age(state, at, window, round, value)
}

/**
 * Replaces values that are too old; after a quarter and a half of the window, later values take their places
 * (minmax_subwin_update).
 */
function age(state: Float64Array, at: number, window: number, round: number, value: number): void {
  const elapsed = round - state[at]
  if (elapsed > window) {
    shift(state, at)
    put(state, at, 2, round, value)
    if (round - state[at] > window) {
      shift(state, at)
      put(state, at, 2, round, value)
    }
  } else if (state[at + 2] === state[at] && elapsed > window / 4) {
    put(state, at, 1, round, value)
    put(state, at, 2, round, value)
  } else if (state[at + 4] === state[at + 2] && elapsed > window / 2) put(state, at, 2, round, value)
}

function shift(state: Float64Array, at: number): void {
  put(state, at, 0, state[at + 2], state[at + 3])
  put(state, at, 1, state[at + 4], state[at + 5])
}

function put(state: Float64Array, at: number, place: number, round: number, value: number): void {
  state[at + 2 * place] = round
  state[at + 2 * place + 1] = value
}
