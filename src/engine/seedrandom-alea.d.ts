/** @types/seedrandom declares the main file only, which uses `Math.random` when it is imported. */
declare module 'seedrandom/lib/alea.js' {
  interface Alea {
    (): number
    int32(): number
    double(): number
  }
  export default function alea(seed: string): Alea
}
