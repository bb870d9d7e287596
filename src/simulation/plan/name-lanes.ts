/** Seeds of the two lanes of a name's hash. */
export const HIGH_LANE = 0x6f6e7061
export const LOW_LANE = 0x74682d31
