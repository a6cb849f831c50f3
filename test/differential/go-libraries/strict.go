package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// The keys that each file of a database may have, and their types: an unknown key or a value of another type is an error.
type column struct {
	Type         string            `yaml:"type" json:"type,omitempty"`
	Title        string            `yaml:"title" json:"title,omitempty"`
	Titles       map[string]string `yaml:"titles" json:"titles,omitempty"`
	ValueTitle   string            `yaml:"valueTitle" json:"valueTitle,omitempty"`
	Required     bool              `yaml:"required" json:"required,omitempty"`
	RequiredWhen string            `yaml:"required_when" json:"required_when,omitempty"`
	Length       int               `yaml:"length" json:"length,omitempty"`
	MinLength    int               `yaml:"min_length" json:"min_length,omitempty"`
	MaxLength    int               `yaml:"max_length" json:"max_length,omitempty"`
	ForeignKey   string            `yaml:"foreign_key" json:"foreign_key,omitempty"`
	MinValue     *float64          `yaml:"min_value" json:"min_value,omitempty"`
	MaxValue     *float64          `yaml:"max_value" json:"max_value,omitempty"`
	Enum         []any             `yaml:"enum" json:"enum,omitempty"`
	Locale       string            `yaml:"locale" json:"locale,omitempty"`
	Format       string            `yaml:"format" json:"format,omitempty"`
	Formula      string            `yaml:"formula" json:"formula,omitempty"`
}

type recordFile struct {
	Name         string `yaml:"name" json:"name,omitempty"`
	Format       string `yaml:"format" json:"format,omitempty"`
	Type         string `yaml:"type" json:"type,omitempty"`
	ContentField string `yaml:"content_field" json:"content_field,omitempty"`
	ExcludeRegex string `yaml:"exclude_regex" json:"exclude_regex,omitempty"`
}

type definition struct {
	Inherits           string             `yaml:"inherits" json:"inherits,omitempty"`
	Titles             map[string]string  `yaml:"titles" json:"titles,omitempty"`
	RecordFile         *recordFile        `yaml:"record_file" json:"record_file,omitempty"`
	DataDir            string             `yaml:"data_dir" json:"data_dir,omitempty"`
	Columns            map[string]*column `yaml:"columns" json:"columns,omitempty"`
	ColumnsOrder       []string           `yaml:"columns_order" json:"columns_order,omitempty"`
	PrimaryKey         []string           `yaml:"primary_key" json:"primary_key,omitempty"`
	DefaultView        map[string]any     `yaml:"default_view" json:"default_view,omitempty"`
	Readme             map[string]any     `yaml:"readme" json:"readme,omitempty"`
	MinRecordsCount    *int               `yaml:"min_records_count" json:"min_records_count,omitempty"`
	MaxRecordsCount    *int               `yaml:"max_records_count" json:"max_records_count,omitempty"`
	ConflictResolution map[string]any     `yaml:"conflict_resolution" json:"conflict_resolution,omitempty"`
}

type settings struct {
	DefaultNamespace    string              `yaml:"default_namespace" json:"default_namespace,omitempty"`
	DefaultRecordFormat string              `yaml:"default_record_format" json:"default_record_format,omitempty"`
	Languages           []map[string]string `yaml:"languages" json:"languages,omitempty"`
}

func readStrictly(kind string, text []byte) (any, error) {
	switch kind {
	case "definition":
		return strictly(text, new(definition))
	case "settings":
		return strictly(text, new(settings))
	case "root-collections":
		return strictly(text, new(map[string]string))
	}
	return nil, fmt.Errorf("unknown kind %s", kind)
}

func strictly(text []byte, into any) (any, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	compacted, err := json.Marshal(into)
	if err != nil {
		return nil, err
	}
	var value any
	err = json.Unmarshal(compacted, &value)
	return value, err
}
