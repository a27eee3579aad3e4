package storetest

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// filled makes a record in which every field, at any depth, is set and differs
// from every other and from those of another seed. Only yes and no cannot differ:
// they are yes, and the bare record has them no.
func filled[R any](seed int) R {
	var r R
	(&filler{n: 1000 * seed}).fill(reflect.ValueOf(&r).Elem())
	return r
}

type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = moment(f.n)
	case *surveys.Day:
		*x = surveys.Day("2026-01-01").Add(f.n)
	case *surveys.Span:
		*x = surveys.Span{N: 1 + f.n%1000, Unit: []string{"s", "m", "h", "d", "mo"}[f.n%5]}
	default:
		f.fillKind(v)
	}
}

func (f *filler) fillKind(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(1<<40 + int64(f.n)) // too long for 32 bits
	case reflect.Uint8:
		v.SetUint(uint64(255 * (f.n % 2))) // what no text holds
	case reflect.Float64:
		v.SetFloat(1 / float64(f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i))
			}
		}
	case reflect.Array:
		f.fillElements(v)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fillElements(v)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(value)
			v.SetMapIndex(key, value)
		}
	default:
		panic(fmt.Sprintf("storetest does not know how to fill a %s", v.Type()))
	}
}

func (f *filler) fillElements(v reflect.Value) {
	for i := range v.Len() {
		f.fill(v.Index(i))
	}
}

// moment is the n-th time, exact to the millisecond, in UTC.
func moment(n int) time.Time {
	return time.Date(2026, 3, 1, 10, 20, 30, 123e6, time.UTC).Add(time.Duration(n) * (time.Hour + time.Millisecond))
}

// text is the n-th text: composed and combining accents, French spaces, emoji that
// are several code points, what JSON, SQL and BSON quote or read as their own, line
// ends and spaces at its ends; each seventh is long.
func text(n int) string {
	return fmt.Sprintf(" $%d.é e\u0301 «\u00a0🦊👩‍🚒🇫🇷\u202f» <&>\"'\\`%%?:\t\r\n\u2028 %s", n, strings.Repeat("long ", n%7/6*2000))
}
