/** @types/seedrandom knows the main file only, and that one touches `Math.random` when imported. */
declare module 'seedrandom/lib/alea.js' {
  interface Alea {
    (): number
    int32(): number
    double(): number
  }
  export default function alea(seed: string): Alea
}
