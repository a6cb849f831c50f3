// Writes and reads record files with the libraries that the Go tools are built on, for the differential tests.
// Requests come as JSON lines on the standard input, answers go to the standard output in the same order:
//
//	{"op":"write","format":"yaml","type":"single","columns":["a"],"records":[{"key":"k","fields":{"a":1}}]}  ->  {"text":"a: 1\n"}
//	{"op":"read","format":"yaml","type":"single","text":"a: 1\n"}                                           ->  {"value":{"a":{"int":"1"}}}
//	{"op":"rewrite","format":"yaml","type":"single","text":"a: 0x1\n"}                                      ->  {"text":"a: 1\n"}
//	{"op":"strict","format":"definition","text":"columns: {}\n"}                                            ->  {"value":{"map":{…}}}
//
// What cannot be done is {"error":"why"}. The rules beyond the libraries (order of names, shape of lists) are those of the
// published file format, written down here once more and independently of the product's own writers.
package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/ingr-io/ingr-go/ingr"
	"github.com/pelletier/go-toml/v2"
	"gopkg.in/yaml.v3"
)

type object = map[string]any

type keyed struct {
	Key    string          `json:"key"`
	Fields json.RawMessage `json:"fields"`
}

type request struct {
	Op      string   `json:"op"`
	Name    string   `json:"name"`
	Format  string   `json:"format"`
	Type    string   `json:"type"`
	Columns []string `json:"columns"`
	Content string   `json:"content"`
	Records []keyed  `json:"records"`
	Text    string   `json:"text"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			answer(out, line)
		}
		if err != nil {
			break
		}
	}
	out.Flush()
}

func answer(out *bufio.Writer, line []byte) {
	result, err := safely(line)
	if err != nil {
		result = object{"error": err.Error()}
	}
	text, err := json.Marshal(result)
	if err != nil {
		text, _ = json.Marshal(object{"error": err.Error()})
	}
	out.Write(text)
	out.WriteByte('\n')
	out.Flush()
}

// Some versions of the libraries panic on odd input: that is an answer too.
func safely(line []byte) (result object, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	switch asked.Op {
	case "write":
		text, err := write(asked)
		return object{"text": text}, err
	case "read":
		value, err := read(asked)
		return object{"value": describe(value)}, err
	case "rewrite":
		value, err := read(asked)
		if err != nil {
			return nil, err
		}
		record, ok := value.(object)
		if !ok {
			return nil, errors.New("not one record")
		}
		text, err := marshal(asked.Format, record)
		return object{"text": text}, err
	case "strict":
		value, err := readStrictly(asked.Format, []byte(asked.Text))
		return object{"value": describe(value)}, err
	}
	return nil, errors.New("unknown op")
}

func write(asked request) (string, error) {
	records := []struct {
		key    string
		fields object
	}{}
	for _, record := range asked.Records {
		fields, ok := decode(record.Fields).(object)
		if !ok {
			return "", errors.New("fields are no object")
		}
		records = append(records, struct {
			key    string
			fields object
		}{record.Key, fields})
	}
	rows := []object{}
	byKey := object{}
	for _, record := range records {
		rows = append(rows, record.fields)
		byKey[record.key] = record.fields
	}
	if asked.Format == "ingr" {
		if asked.Type == "dictionary" {
			sort.Slice(records, func(i, j int) bool { return records[i].key < records[j].key })
		}
		entries := []ingr.Record{}
		for _, record := range records {
			entries = append(entries, ingr.NewMapRecordEntry(record.key, record.fields))
		}
		return writeINGR(asked.Name, entries, names(columnsOfAll(rows, asked.Columns), asked.Columns))
	}
	switch asked.Type {
	case "single":
		if asked.Format == "markdown" {
			return writeMarkdown(records[0].fields, asked.Columns, asked.Content)
		}
		return marshal(asked.Format, records[0].fields)
	case "dictionary":
		return marshal(asked.Format, byKey)
	}
	switch asked.Format {
	case "json":
		return listAsJSON(rows, asked.Columns)
	case "jsonl":
		return linesOfJSON(rows, asked.Columns)
	case "yaml", "yml":
		return listAsYAML(rows, asked.Columns)
	case "csv":
		return listAsCSV(rows, asked.Columns)
	}
	return "", fmt.Errorf("no lists in %s", asked.Format)
}

func marshal(format string, value object) (string, error) {
	switch format {
	case "yaml", "yml":
		text, err := yaml.Marshal(value)
		return string(text), err
	case "json":
		text, err := json.MarshalIndent(value, "", "  ")
		return string(text) + "\n", err
	case "toml":
		text, err := toml.Marshal(value)
		return string(text), err
	}
	return "", fmt.Errorf("unknown format %s", format)
}

func writeMarkdown(fields object, columns []string, content string) (string, error) {
	body, _ := fields[content].(string)
	front := object{}
	for name, value := range fields {
		if name != content {
			front[name] = value
		}
	}
	text := ""
	if len(front) > 0 {
		node, err := mapNode(front, columns)
		if err != nil {
			return "", err
		}
		marshalled, err := yaml.Marshal(node)
		if err != nil {
			return "", err
		}
		text = string(marshalled)
	}
	return "---\n" + text + "---\n" + body, nil
}

// Integers become int or uint64, everything else with digits float64: what yaml.v3 makes of them when it reads.
func decode(raw json.RawMessage) any {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic(err)
	}
	return numbers(value)
}

func numbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		var out any
		if err := yaml.Unmarshal([]byte(v.String()), &out); err != nil {
			panic(err)
		}
		return out
	case object:
		for name := range v {
			v[name] = numbers(v[name])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return value
}

// columns_order first, the rest by name.
func names(row object, columns []string) []string {
	ordered, seen := []string{}, map[string]bool{}
	for _, name := range columns {
		if _, ok := row[name]; ok && !seen[name] {
			ordered, seen[name] = append(ordered, name), true
		}
	}
	rest := []string{}
	for name := range row {
		if !seen[name] {
			rest = append(rest, name)
		}
	}
	sort.Strings(rest)
	return append(ordered, rest...)
}

func compact(row object, columns []string) (string, error) {
	members := []string{}
	for _, name := range names(row, columns) {
		key, err := json.Marshal(name)
		if err != nil {
			return "", err
		}
		value, err := json.Marshal(row[name])
		if err != nil {
			return "", err
		}
		members = append(members, string(key)+":"+string(value))
	}
	return "{" + strings.Join(members, ",") + "}", nil
}

func listAsJSON(rows []object, columns []string) (string, error) {
	if len(rows) == 0 {
		return "[]\n", nil
	}
	lines := []string{}
	for _, row := range rows {
		line, err := compact(row, columns)
		if err != nil {
			return "", err
		}
		lines = append(lines, "  "+line)
	}
	return "[\n" + strings.Join(lines, ",\n") + "\n]\n", nil
}

func linesOfJSON(rows []object, columns []string) (string, error) {
	text := ""
	for _, row := range rows {
		line, err := compact(row, columns)
		if err != nil {
			return "", err
		}
		text += line + "\n"
	}
	return text, nil
}

func mapNode(row object, columns []string) (*yaml.Node, error) {
	item := yaml.Node{Kind: yaml.MappingNode}
	for _, name := range names(row, columns) {
		var key, value yaml.Node
		if err := key.Encode(name); err != nil {
			return nil, err
		}
		if err := value.Encode(row[name]); err != nil {
			return nil, err
		}
		item.Content = append(item.Content, &key, &value)
	}
	return &item, nil
}

func listAsYAML(rows []object, columns []string) (string, error) {
	list := yaml.Node{Kind: yaml.SequenceNode}
	for _, row := range rows {
		item, err := mapNode(row, columns)
		if err != nil {
			return "", err
		}
		list.Content = append(list.Content, item)
	}
	text, err := yaml.Marshal(&list)
	return string(text), err
}

func listAsCSV(rows []object, columns []string) (string, error) {
	buffer := new(bytes.Buffer)
	writer := csv.NewWriter(buffer)
	if err := writer.Write(columns); err != nil {
		return "", err
	}
	for _, row := range rows {
		cells := []string{}
		for _, name := range columns {
			switch value := row[name].(type) {
			case nil:
				cells = append(cells, "")
			case object, []any:
				return "", fmt.Errorf("a cell holds no list or map: %s", name)
			default:
				cells = append(cells, fmt.Sprintf("%v", value))
			}
		}
		if err := writer.Write(cells); err != nil {
			return "", err
		}
	}
	writer.Flush()
	return buffer.String(), writer.Error()
}

// Every row of an INGR file has every column, also one that no record has a value for.
func columnsOfAll(rows []object, columns []string) object {
	all := object{}
	for _, name := range columns {
		all[name] = nil
	}
	for _, row := range rows {
		for name := range row {
			all[name] = nil
		}
	}
	return all
}

func writeINGR(name string, records []ingr.Record, columns []string) (string, error) {
	buffer := new(bytes.Buffer)
	writer := ingr.NewRecordsWriter(buffer)
	header := []ingr.ColDef{{Name: "$ID"}}
	for _, column := range columns {
		header = append(header, ingr.ColDef{Name: column})
	}
	if _, err := writer.WriteHeader(name, header); err != nil {
		return "", err
	}
	if _, err := writer.WriteRecords(0, records...); err != nil {
		return "", err
	}
	err := writer.Close()
	return buffer.String(), err
}

func read(asked request) (any, error) {
	text := []byte(asked.Text)
	switch asked.Format {
	case "yaml", "yml":
		return unmarshal(asked.Type, func(into any) error { return yaml.Unmarshal(text, into) })
	case "json":
		return unmarshal(asked.Type, func(into any) error { return json.Unmarshal(text, into) })
	case "toml":
		return unmarshal(asked.Type, func(into any) error { return toml.Unmarshal(text, into) })
	case "jsonl":
		rows := []any{}
		for _, line := range strings.Split(asked.Text, "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			var row object
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
		return rows, nil
	case "csv":
		reader := csv.NewReader(strings.NewReader(asked.Text))
		rows, err := reader.ReadAll()
		if err != nil && err != io.EOF {
			return nil, err
		}
		list := []any{}
		for _, row := range rows {
			cells := []any{}
			for _, cell := range row {
				cells = append(cells, cell)
			}
			list = append(list, cells)
		}
		return list, nil
	case "ingr":
		var rows []map[string]any
		if err := ingr.UnmarshalString(asked.Text, &rows); err != nil {
			return nil, err
		}
		list := []any{}
		for _, row := range rows {
			list = append(list, row)
		}
		return list, nil
	case "markdown":
		return readMarkdown(asked.Text, asked.Content)
	}
	return nil, fmt.Errorf("unknown format %s", asked.Format)
}

func unmarshal(kind string, into func(any) error) (any, error) {
	switch kind {
	case "list":
		var rows []object
		err := into(&rows)
		list := []any{}
		for _, row := range rows {
			list = append(list, row)
		}
		return list, err
	case "dictionary":
		var byKey map[string]object
		err := into(&byKey)
		records := object{}
		for key, record := range byKey {
			records[key] = record
		}
		return records, err
	}
	var record object
	err := into(&record)
	return record, err
}

func readMarkdown(text, content string) (any, error) {
	record := object{}
	first, rest, found := strings.Cut(text, "\n")
	if !found || strings.TrimSuffix(first, "\r") != "---" {
		record[content] = text
		return record, nil
	}
	front := ""
	for {
		line, after, more := strings.Cut(rest, "\n")
		if strings.TrimSuffix(line, "\r") == "---" {
			if err := yaml.Unmarshal([]byte(front), &record); err != nil {
				return nil, err
			}
			if _, taken := record[content]; taken {
				return nil, errors.New("front matter names the content field")
			}
			record[content] = after
			return record, nil
		}
		if !more {
			return nil, errors.New("front matter is not closed")
		}
		front, rest = front+line+"\n", after
	}
}

// Values with their Go type, so that nothing is lost on the way: {"int":"1"}, {"float":"1.5"}, {"time":"…"}, {"map":{…}}.
func describe(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case bool, string:
		return v
	case int, int64, uint64, uint:
		return object{"int": fmt.Sprint(v)}
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return object{"special": fmt.Sprint(v)}
		}
		return object{"float": strconv.FormatFloat(v, 'g', -1, 64)}
	case time.Time:
		return object{"time": v.Format(time.RFC3339Nano)}
	case toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return object{"time": fmt.Sprint(v)}
	case object:
		members := object{}
		for name, member := range v {
			members[name] = describe(member)
		}
		return object{"map": members}
	case map[any]any:
		members := object{}
		for name, member := range v {
			members[fmt.Sprint(name)] = describe(member)
		}
		return object{"map": members}
	case []any:
		elements := []any{}
		for _, element := range v {
			elements = append(elements, describe(element))
		}
		return elements
	}
	return object{"other": fmt.Sprintf("%T", value)}
}
