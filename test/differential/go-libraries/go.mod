module ingitdb.example/go-libraries

go 1.24

require (
	github.com/ingr-io/ingr-go v0.0.2
	github.com/pelletier/go-toml/v2 v2.4.3
	gopkg.in/yaml.v3 v3.0.1
)
