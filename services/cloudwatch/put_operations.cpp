// PutMetricData.

#include "services/cloudwatch/limits.h"
#include "services/cloudwatch/member.h"
#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace orrery::cloudwatch {

namespace {

struct Datum {
    MetricKey key;
    std::string unit;
    Instant at;
    std::int64_t resolution = 60;
    Distribution values;
};

/// A number that CloudWatch takes. [docs: PutMetricData, "Values must be in the range of -2^360 to
/// 2^360"]
double read_value(const Json& number, const std::string& path) {
    const double value = number.get<double>();
    if (!(std::abs(value) <= limits::largest_value)) {
        invalid_value("The value " + number.dump() + " for parameter " + path + " is invalid.");
    }
    return value;
}

double required_value(const Json& object, const char* name, const std::string& path) {
    const Json* given = member(object, name);
    if (given == nullptr) {
        missing(path + name);
    }
    return read_value(*given, path + name);
}

void read_values(const Json& datum, const Json& values, const std::string& path, Datum& read) {
    const Json* counts = member(datum, "Counts");
    if (counts != nullptr && counts->size() != values.size()) {
        invalid_value("The parameters " + path + "Values and " + path +
                      "Counts must be of the same size.");
    }
    if (values.size() > limits::values_per_metric) {
        invalid_value("The collection " + path + "Values must not have a size greater than " +
                      std::to_string(limits::values_per_metric) + ".");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string number = ".member." + std::to_string(i + 1);
        const double value = read_value(values[i], path + "Values" + number);
        const double count =
            counts == nullptr ? 1 : read_value(counts->at(i), path + "Counts" + number);
        if (count < 0) {
            invalid_value("The value " + counts->at(i).dump() + " for parameter " + path +
                          "Counts" + number + " is invalid.");
        }
        read.values.add(value, count);
    }
}

void read_statistic_set(const Json& set, const std::string& path, Datum& read) {
    const double count = required_value(set, "SampleCount", path);
    const double sum = required_value(set, "Sum", path);
    const double minimum = required_value(set, "Minimum", path);
    const double maximum = required_value(set, "Maximum", path);
    if (count <= 0) {
        invalid_value("The value " + set["SampleCount"].dump() + " for parameter " + path +
                      "SampleCount is invalid.");
    }
    if (maximum < minimum) {
        invalid_combination("The parameter " + path + "Maximum must be greater than " + path +
                            "Minimum.");
    }
    read.values.add_set(count, sum, minimum, maximum);
}

void read_data(const Json& datum, const std::string& path, Datum& read) {
    const Json* value = member(datum, "Value");
    const Json* set = member(datum, "StatisticValues");
    const Json* values = member(datum, "Values");
    const char* first = value != nullptr ? "Value" : "StatisticValues";
    const char* second = set != nullptr && value != nullptr ? "StatisticValues" : "Values";
    if ((value != nullptr) + (set != nullptr) + (values != nullptr) > 1) {
        // [public recorded error]
        invalid_combination("The parameters " + path + first + " and " + path + second +
                            " are mutually exclusive and you have specified both.");
    }
    if (value != nullptr) {
        read.values.add(read_value(*value, path + "Value"), 1);
    } else if (set != nullptr) {
        read_statistic_set(*set, path + "StatisticValues.", read);
    } else if (values != nullptr) {
        read_values(datum, *values, path, read);
    } else {
        missing(path + "Value");
    }
}

Instant read_time(const Json& datum, const std::string& path, Instant now) {
    const Json* given = member(datum, "Timestamp");
    if (given == nullptr) {
        return now;
    }
    const Instant at = read_instant(*given, path + "Timestamp");
    if (at < now - limits::oldest_data) {
        // [public recorded error]
        invalid_value("The parameter " + path +
                      "Timestamp must specify a time within the past two weeks.");
    }
    if (at > now + limits::newest_data) {
        invalid_value("The parameter " + path +
                      "Timestamp must specify a time no more than two hours in the future.");
    }
    return at;
}

Datum read_datum(const Json& datum, const std::string& name_space, std::size_t index, Instant now) {
    const std::string path = "MetricData.member." + std::to_string(index + 1) + ".";
    Datum read;
    read.key.name_space = name_space;
    read.key.name = required_text(datum, "MetricName", 255, path);
    read.key.dimensions = read_dimensions(member(datum, "Dimensions"), path);
    read.unit = optional_unit(datum, path).value_or("None");
    read.at = read_time(datum, path, now);
    if (const Json* resolution = member(datum, "StorageResolution")) {
        read.resolution = resolution->get<std::int64_t>();
        if (read.resolution != 1 && read.resolution != 60) {
            invalid_value("The value " + resolution->dump() + " for parameter " + path +
                          "StorageResolution is invalid: it is 1 or 60.");
        }
    }
    read_data(datum, path, read);
    return read;
}

Json put_metric_data(Request& request) {
    const auto name_space = request.parameters.optional_string("Namespace");
    const Json* data = request.parameters.optional("MetricData");
    if (request.parameters.optional("EntityMetricData") != nullptr) {
        invalid_value("The parameter EntityMetricData is not supported here yet.");
    }
    request.parameters.accept("StrictEntityValidation");
    request.parameters.finish();
    if (!name_space) {
        missing("Namespace");
    }
    checked_text(*name_space, 255, "Namespace");
    if (name_space->starts_with(':')) {
        invalid_value("The value " + *name_space + " for parameter Namespace is invalid.");
    }
    if (data == nullptr || data->empty()) {
        missing("MetricData");
    }
    if (data->size() > limits::metrics_per_put) {
        invalid_value("The collection MetricData must not have a size greater than " +
                      std::to_string(limits::metrics_per_put) + ".");
    }
    std::vector<Datum> all;
    for (std::size_t i = 0; i < data->size(); ++i) {
        all.push_back(read_datum(data->at(i), *name_space, i, request.now));
    }
    for (const Datum& datum : all) {
        request.metrics.series(datum.key, datum.unit)
            .point(datum.at, datum.resolution)
            .add(datum.values);
    }
    request.metrics.touch();
    return Json::object();
}

}  // namespace

void add_put_operations(aws::ApiService& api, const Bind& bind) {
    const Rows rows(api, bind);
    rows.add("PutMetricData", put_metric_data);
}

}  // namespace orrery::cloudwatch
