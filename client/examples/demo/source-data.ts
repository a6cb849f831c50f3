import { continents as continentNames, countries as countriesByCode, type ICountry } from 'countries-list'
import { currencies as currenciesInUse } from 'countries-list/currencies'
import { data as isoCurrencies, publishDate } from 'currency-codes'

interface Currency {
  readonly code: string
  readonly name: string
  readonly number: string
  readonly digits: number
}

interface Country {
  readonly code: string
  readonly name: string
  readonly native: string
  readonly continent: string
  readonly capital?: string
  readonly currency?: string
  readonly otherCurrencies?: readonly string[]
  readonly languages: readonly string[]
  readonly phone: readonly number[]
  readonly partOf?: string
}

/** Day of the ISO 4217 list, as `2024-06-25`. */
export const currenciesPublished = publishDate

export const continents = Object.entries(continentNames).map(([code, name]) => ({ code, name }))

/** ISO 4217, from the package currency-codes. */
export const currencies: readonly Currency[] = isoCurrencies.map(({ code, currency, number, digits }) => ({ code, name: currency, number, digits }))

/** ISO 3166-1 and some user-assigned codes, from the package countries-list; what is empty there is left out. */
export const countries: readonly Country[] = Object.entries(countriesByCode).map(([code, country]) => toCountry(code, country))

/** Countries whose currency the ISO list does not have: the two packages are of different years. */
export const countriesWithUnknownCurrency = countries.filter(
  ({ currency }) => currency !== undefined && !currencies.some(({ code }) => code === currency),
)

/** The currencies that are missing, as the younger package has them. */
export const missingCurrencies: readonly Currency[] = Object.entries(currenciesInUse).flatMap(([code, { name, numeric, decimals }]) =>
  countriesWithUnknownCurrency.some(({ currency }) => currency === code) ? [{ code, name, number: numeric, digits: decimals }] : [],
)

/** A function declaration, so that the lists above can be read first. */
function toCountry(code: string, { name, native, continent, capital, currency, languages, phone, partOf }: ICountry): Country {
  const [main, ...others] = currency
  return {
    code,
    name,
    native,
    continent,
    ...(capital !== '' && { capital }),
    ...(main !== undefined && { currency: main }),
    ...(others.length > 0 && { otherCurrencies: others }),
    languages,
    phone,
    ...(partOf !== undefined && { partOf }),
  }
}
